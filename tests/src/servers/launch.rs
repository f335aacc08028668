//! Starting a server's process and making sure that it ends.
use std::{
    ffi::OsString,
    fs,
    hash::{BuildHasher, Hasher, RandomState},
    net::TcpListener,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use remigrate::Dialect;

use super::{Release, mysql, postgres};

/// The superuser of [`super::Server::tcp_url`].
pub(super) const TCP_USER: &str = "remigrate";

/// The data directory beside each server that `tests/servers/fetch` initialised.
const TEMPLATE: &str = "template-1";

/// How long a server may take to answer; on a busy machine it takes some seconds.
const PATIENCE: Duration = Duration::from_secs(120);

/// Runs a server as long as standard input stays open, then ends it and removes its folder. Standard input is a
/// pipe whose other end only the test process holds: the kernel closes it however that process ends.
const GUARD: &str = r#"
folder=$1 signal=$2
shift 2
"$@" </dev/null >"$folder/log" 2>&1 &
server=$!
echo $server >"$folder/pid"
read -r _
kill -s "$signal" $server
wait $server
rm -rf "$folder"
"#;

/// A server's process.
#[derive(Debug)]
pub(super) struct Process {
    guard: Child,
    /// The temporary folder with the data (`data`), the log (`log`) and the socket.
    pub(super) folder: PathBuf,
    /// The TCP port on 127.0.0.1.
    pub(super) port: u16,
}

impl Process {
    /// Starts a release on a copy of its template and waits until it answers.
    pub(super) fn start(release: Release) -> Result<Self, String> {
        // Another process can take the free port before the server does.
        let mut last = String::new();
        for _ in 0..4 {
            match Self::attempt(release) {
                Err(message) if message.to_lowercase().contains("bind") => last = message,
                other => return other,
            }
        }
        Err(last)
    }

    fn attempt(release: Release) -> Result<Self, String> {
        let installed = root()?.join(release.folder);
        let template = installed.join(TEMPLATE);
        if !template.is_dir() {
            return Err(format!(
                "{release} is not installed in `{}`: run `tests/servers/fetch` (`tests/run` does)",
                installed.display()
            ));
        }
        let folder = tempfile::Builder::new()
            .prefix("remigrate-")
            .tempdir()
            .map_err(|error| format!("cannot make a temporary folder for {release}: {error}"))?
            .keep();
        // The longest path of a Unix socket is 107 bytes.
        if folder.as_os_str().len() > 80 {
            return Err(format!(
                "the path `{}` is too long for a socket: set TMPDIR to a shorter one",
                folder.display()
            ));
        }
        let data = folder.join("data");
        let copied = Command::new("cp").arg("-a").arg("--reflink=auto").args([&template, &data]).output();
        let copied = copied.map_err(|error| format!("cannot run `cp`: {error}"))?;
        if !copied.status.success() {
            return Err(format!("cannot copy a template: {}", String::from_utf8_lossy(&copied.stderr)));
        }
        let port = TcpListener::bind(("127.0.0.1", 0))
            .and_then(|listener| listener.local_addr())
            .map_err(|error| format!("no free port on 127.0.0.1: {error}"))?
            .port();
        let (signal, command) = match release.dialect {
            Dialect::Postgres => ("QUIT", postgres::command(&installed, &folder, port)),
            Dialect::MySql | Dialect::MariaDb => {
                ("KILL", mysql::command(release.dialect, &installed, &folder, port))
            }
        };
        let mut guard = Command::new("sh");
        guard.args(["-c", GUARD, "sh"]).arg(&folder).arg(signal).args(command);
        // A group of its own: an interrupt from the keyboard is for the tests, the guard has to clean up after them.
        guard.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let guard = guard.spawn().map_err(|error| format!("cannot run `sh`: {error}"))?;
        let process = Self { guard, folder, port };
        process.wait_until_ready(release)?;
        Ok(process)
    }

    fn wait_until_ready(&self, release: Release) -> Result<(), String> {
        let begin = Instant::now();
        loop {
            let answer = match release.dialect {
                Dialect::Postgres => postgres::connect(self, "postgres").map(drop),
                Dialect::MySql | Dialect::MariaDb => mysql::connect(self, "mysql").map(drop),
            };
            let Err(answer) = answer else { return Ok(()) };
            let problem = if self.has_ended() {
                "ended while starting"
            } else if begin.elapsed() > PATIENCE {
                "did not answer in time"
            } else {
                thread::sleep(Duration::from_millis(10));
                continue;
            };
            let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
            let tail: Vec<&str> = log.lines().rev().take(20).collect();
            let tail: Vec<&str> = tail.into_iter().rev().collect();
            return Err(format!("{release} {problem} ({answer}); the end of its log:\n{}", tail.join("\n")));
        }
    }

    /// Whether the server's process is gone; the guard collects it only in the end, until then it is a zombie.
    fn has_ended(&self) -> bool {
        let Ok(pid) = fs::read_to_string(self.folder.join("pid")) else { return false };
        let Ok(pid) = pid.trim().parse::<u32>() else { return false };
        match fs::read_to_string(format!("/proc/{pid}/stat")) {
            Ok(stat) => stat.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z')),
            Err(_) => true,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        let _ = self.guard.wait();
    }
}

/// The folder of all that was fetched: servers, and public migration histories below `corpora`.
pub fn root() -> Result<PathBuf, String> {
    if let Some(root) = std::env::var_os("REMIGRATE_SERVERS") {
        return Ok(root.into());
    }
    let home = std::env::var_os("HOME").ok_or("neither REMIGRATE_SERVERS nor HOME is set")?;
    Ok(Path::new(&home).join(".cache/remigrate-servers"))
}

/// Whether this process runs as root, who owns its own entry below `/proc`.
pub(super) fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    fs::metadata("/proc/self").is_ok_and(|entry| entry.uid() == 0)
}

/// `name=value` as one argument, for values that are paths.
pub(super) fn option(name: &str, value: &Path) -> OsString {
    let mut option = OsString::from(name);
    option.push("=");
    option.push(value);
    option
}

/// A word that nobody can guess, for passwords. The standard library seeds its hash tables from the system.
pub(super) fn random_word() -> String {
    format!(
        "{:016x}{:016x}",
        RandomState::new().build_hasher().finish(),
        RandomState::new().build_hasher().finish()
    )
}

/// A path as one segment of a URL.
pub(super) fn percent_encode(path: &Path) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    let encode = |byte: &u8| if plain(byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") };
    path.as_os_str().as_encoded_bytes().iter().map(encode).collect()
}
