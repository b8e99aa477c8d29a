//! Compiles the wire contract, without `protoc`: protox parses the proto files and
//! tonic-prost-build writes the Rust into `OUT_DIR`, with the descriptor set for server
//! reflection beside it.

use std::env;
use std::error::Error;
use std::fs;
use std::path::PathBuf;

use prost::Message as _;
use prost_types::FileDescriptorSet;
use protox::Compiler;
use protox::file::{
    ChainFileResolver, DescriptorSetFileResolver, GoogleFileResolver, IncludeFileResolver,
};

const CONTRACT: &str = "stance/v1/stance.proto";
/// What error details are decoded with; the contract itself does not import it.
const ERROR_DETAILS: &str = "google/rpc/error_details.proto";

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=proto");
    if env::var_os("CARGO_FEATURE_SERVER").is_none() {
        return Ok(());
    }
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);

    tonic_prost_build::configure()
        .extern_path(".google.rpc", "::tonic_types::pb")
        .compile_fds(compile(&[CONTRACT])?)?;

    // `compile_fds` writes no descriptor file of its own.
    let described = compile(&[CONTRACT, ERROR_DETAILS])?;
    fs::write(out.join("descriptors.bin"), described.encode_to_vec())?;
    Ok(())
}

/// The named proto files with all that they import, comments included.
fn compile(files: &[&str]) -> Result<FileDescriptorSet, Box<dyn Error>> {
    let mut resolver = ChainFileResolver::new();
    resolver.add(IncludeFileResolver::new("proto".into()));
    resolver.add(GoogleFileResolver::new());
    resolver.add(DescriptorSetFileResolver::new(google_rpc()?));
    let mut compiler = Compiler::with_file_resolver(resolver);
    compiler.include_imports(true).include_source_info(true);
    compiler.open_files(files)?;
    Ok(compiler.file_descriptor_set())
}

/// The `google.rpc` files out of the crate whose Rust types stand for them, under the paths
/// that protos import them by (the crate compiles them without their folder).
fn google_rpc() -> Result<FileDescriptorSet, Box<dyn Error>> {
    let mut set = FileDescriptorSet::decode(tonic_types::pb::FILE_DESCRIPTOR_SET)?;
    for file in &mut set.file {
        if file.package() == "google.rpc" {
            file.name = Some(format!("google/rpc/{}", file.name()));
        }
    }
    Ok(set)
}
