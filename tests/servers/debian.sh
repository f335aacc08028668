# Sourced by the fetch scripts: Debian packages without installing them and without being root.

# debian_index STATE SUITE: makes the folder STATE a private apt for a suite of Debian's main archive, signatures
# checked, that believes nothing is installed. Use it as `APT_CONFIG=STATE/apt.conf apt-get …`.
debian_index() {
  local state=$1 suite=$2 mirror tool keys=/usr/share/keyrings/debian-archive-keyring.gpg
  for tool in apt-get dpkg-deb; do
    command -v "$tool" >/dev/null || fail "packages of Debian are needed, and \`$tool\` is not installed"
  done
  [ -r "$keys" ] || fail "packages of Debian are needed, and \`debian-archive-keyring\` is not installed"
  # The mirror of Debian's main archive that apt uses on this machine.
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -E '/debian/' | head -n 1) ||
    fail "packages of Debian are needed, and apt's sources name no mirror of its main archive"
  mkdir -p "$state"/{lists/partial,archives/partial}
  : >"$state/status"
  printf 'deb [signed-by=%s] %s %s main\n' "$keys" "$mirror" "$suite" >"$state/sources.list"
  # Only the age of an index is not checked: a mirror of `sid` can lag by weeks.
  cat >"$state/apt.conf" <<CONF
Dir::State "$state";
Dir::State::Lists "$state/lists";
Dir::State::status "$state/status";
Dir::Cache "$state";
Dir::Etc::SourceList "$state/sources.list";
Dir::Etc::SourceParts "/dev/null";
Dir::Etc::PreferencesParts "/dev/null";
APT::Architecture "amd64";
APT::Architectures { "amd64"; };
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
Acquire::Check-Valid-Until "false";
Debug::NoLocking "1";
CONF
  APT_CONFIG=$state/apt.conf quietly apt-get -q update
}
