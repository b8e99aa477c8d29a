# One entrance for people and CI.

# Everything that must hold before a change lands.
ci:
    .ci/run

# The service, with the embedded model.
serve *arguments:
    cargo run --release -- serve {{arguments}}

# Formats the code.
format:
    cargo fmt --all

# Lints, with warnings denied.
lint:
    cargo clippy --all-targets -- -D warnings

# What a newcomer runs.
test:
    cargo test

# Trains the shipped model again; the build embeds it.
train *arguments:
    cargo run --release -- train --corpus corpus --out models/default {{arguments}}

# The core and the load client; docs/PERFORMANCE.md has the figures.
bench:
    cargo bench

# Lints the contract and checks it against the released one.
proto:
    .ci/proto

# Fuzz the reading of documents: `just fuzz 1000000`.
fuzz runs="1000000":
    fuzz/run {{runs}}

# The figures of docs/ATTRIBUTION.md.
documents:
    cargo test --test documents -- --nocapture
