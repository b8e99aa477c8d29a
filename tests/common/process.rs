//! The real binary, as a process.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, ChildStderr, Command, ExitStatus, Stdio};

pub fn stance() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stance"));
    // What the tester's own environment says must not matter.
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("STANCE_")) {
        command.env_remove(name);
    }
    command
}

/// `stance serve` on a free port.
pub struct ServerProcess {
    child: Child,
    stderr: BufReader<ChildStderr>,
    pub address: String,
    /// The lines logged so far.
    pub log: String,
}

impl ServerProcess {
    /// Starts it and waits for the line that says that it is ready.
    pub fn start(arguments: &[&str]) -> Self {
        let mut child = stance()
            .args(["serve", "--addr", "127.0.0.1:0", "--log-format", "json"])
            .args(arguments)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut log = String::new();
        let address = loop {
            let mut line = String::new();
            assert!(stderr.read_line(&mut line).unwrap() > 0, "it ended: {log}");
            log.push_str(&line);
            let event: serde_json::Value = serde_json::from_str(&line).unwrap();
            if event["message"] == "ready" {
                break event["address"].as_str().unwrap().to_owned();
            }
        };
        Self {
            child,
            stderr,
            address,
            log,
        }
    }

    /// Sends it a signal by name, such as `TERM`.
    pub fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let status = Command::new("kill")
            .args(["-s", name, &id])
            .status()
            .unwrap();
        assert!(status.success());
    }

    /// Waits until it has ended; gives back its status and all that it logged.
    pub fn ended(mut self) -> (ExitStatus, String) {
        self.stderr.read_to_string(&mut self.log).unwrap();
        (self.child.wait().unwrap(), std::mem::take(&mut self.log))
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
