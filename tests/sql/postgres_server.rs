//! `PostgresServer`: a server of PostgreSQL on loopback, in a folder of its own, with Debian's programs.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};

/// The password of the user `reader`.
pub const PASSWORD: &str = "s3cret-of-the-reader";

/// A running server with the user `reader`. It ends with the last handle.
pub struct PostgresServer {
    cluster: Arc<Cluster>,
}

struct Cluster {
    folder: tempfile::TempDir,
    programs: PathBuf,
    port: u16,
}

impl PostgresServer {
    /// Makes a cluster and starts it.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let port = TcpListener::bind(("127.0.0.1", 0)).unwrap().local_addr().unwrap().port();
        let cluster = Cluster { folder, programs: programs(), port };
        cluster.make();
        let server = Self { cluster: Arc::new(cluster) };
        server.execute(&format!("CREATE ROLE reader LOGIN SUPERUSER PASSWORD '{PASSWORD}'"));
        server.execute("CREATE DATABASE ferries OWNER reader");
        server
    }

    /// Returns another handle of the same server.
    pub fn again(&self) -> Self {
        Self { cluster: Arc::clone(&self.cluster) }
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.cluster.port
    }

    /// Returns the address of the database.
    pub fn address(&self, host: &str, parameters: &str) -> String {
        format!("postgres://reader:{PASSWORD}@{host}:{}/ferries?{parameters}", self.cluster.port)
    }

    /// Returns the file of the authority that the certificate of the server comes from.
    pub fn authority(&self) -> PathBuf {
        self.cluster.path("authority.pem")
    }

    /// Runs statements as the owner of the server, in the database if there is one.
    pub fn execute(&self, sql: &str) {
        let database = if sql.starts_with("CREATE ROLE") || sql.starts_with("CREATE DATABASE") {
            "postgres"
        } else {
            "ferries"
        };
        let (socket, port) = (self.cluster.path("socket"), self.cluster.port.to_string());
        let (program, socket) = (self.cluster.programs.join("psql"), socket.to_str().unwrap());
        let arguments =
            ["-X", "-q", "-v", "ON_ERROR_STOP=1", "-h", socket, "-p", &port, "-d", database, "-c", sql];
        as_postgres(&program, &arguments);
    }
}

impl Cluster {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn make(&self) {
        let own = self.path("own");
        fs::create_dir(&own).unwrap();
        fs::create_dir(self.path("socket")).unwrap();
        self.write_certificates(&own);
        for path in [&own, &own.join("server.key"), &own.join("server.crt"), &self.path("socket")] {
            give_to_postgres(path);
        }
        let data = own.join("data");
        let (data, socket) = (data.to_str().unwrap(), self.path("socket"));
        let initdb = [
            "-D",
            data,
            "-U",
            "postgres",
            "--auth-local=trust",
            "--auth-host=scram-sha-256",
            "-E",
            "UTF8",
            "--no-sync",
            "--locale=C",
        ];
        as_postgres(&self.programs.join("initdb"), &initdb);
        let settings = [
            "-F".to_owned(),
            format!("-p {}", self.port),
            "-c listen_addresses=127.0.0.1".to_owned(),
            format!("-c unix_socket_directories={}", socket.display()),
            "-c ssl=on".to_owned(),
            format!("-c ssl_cert_file={}", own.join("server.crt").display()),
            format!("-c ssl_key_file={}", own.join("server.key").display()),
        ];
        let log = own.join("log");
        let start = ["-D", data, "-w", "-l", log.to_str().unwrap(), "-o", &settings.join(" "), "start"];
        as_postgres(&self.programs.join("pg_ctl"), &start);
    }

    /// A certificate for `localhost` from an authority made for this test.
    fn write_certificates(&self, own: &Path) {
        let mut authority = CertificateParams::new(Vec::new()).unwrap();
        authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        authority.distinguished_name.push(DnType::CommonName, "authority of a test");
        let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &authority).unwrap();
        fs::write(self.path("authority.pem"), authority.pem()).unwrap();
        fs::write(own.join("server.crt"), certificate.pem()).unwrap();
        fs::write(own.join("server.key"), key.serialize_pem()).unwrap();
        fs::set_permissions(own.join("server.key"), fs::Permissions::from_mode(0o600)).unwrap();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let data = self.path("own").join("data");
        let stop = ["-D", data.to_str().unwrap(), "-m", "immediate", "-w", "stop"];
        let _ = command(&self.programs.join("pg_ctl"), &stop).output();
    }
}

/// Returns the folder of the newest server of Debian's packages.
fn programs() -> PathBuf {
    let mut versions: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .expect("no PostgreSQL: install the package `postgresql`, as tests/run does")
        .map(|it| it.unwrap().path().join("bin"))
        .filter(|it| it.join("initdb").exists() && it.join("psql").exists())
        .collect();
    versions.sort();
    versions.pop().expect("no server of PostgreSQL: install the package `postgresql`, as tests/run does")
}

/// A server refuses to run as root, so it runs as the user that the package brings.
fn command(program: &Path, arguments: &[&str]) -> Command {
    let mut command;
    if is_root() {
        command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program);
    } else {
        command = Command::new(program);
    }
    command.args(arguments).current_dir("/");
    // The variables of a developer, such as `PGHOST`, lead elsewhere.
    command.env_clear().env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LC_ALL", "C");
    command
}

fn as_postgres(program: &Path, arguments: &[&str]) -> Output {
    let output = command(program, arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} {arguments:?}: {said}", program.display());
    output
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    // What this process makes belongs to whom it runs as.
    tempfile::NamedTempFile::new().unwrap().as_file().metadata().unwrap().uid() == 0
}

fn give_to_postgres(path: &Path) {
    if is_root() {
        assert!(Command::new("chown").arg("postgres").arg(path).status().unwrap().success());
    }
}
