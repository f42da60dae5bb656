# shellcheck shell=bash
# What the operating system must supply. Every package here has its reason in docs/dependencies.md.

os_id=unknown
os_version=
if [[ -r /etc/os-release ]]; then
  # shellcheck source=/dev/null
  read -r os_id os_version < <(. /etc/os-release && echo "${ID:-unknown} ${VERSION_ID:-}")
fi

packages_everywhere=(
  g++ cmake ninja-build ccache mold pkg-config ca-certificates
  libcaf-dev libssl-dev zlib1g-dev libzstd-dev libpq-dev libarchive-dev libyaml-cpp-dev
  libvalijson-dev libcli11-dev libspdlog-dev libfmt-dev prometheus-cpp-dev libsodium-dev
  libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev
  postgresql jq unzip
)
# Boost.JSON needs Boost 1.81 here, which does not go together with the packaged cpprestsdk (1.74).
packages_debian_12=(
  libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libboost-container1.81-dev
  libboost-system1.81-dev libboost-filesystem1.81-dev libboost-thread1.81-dev
  libboost-chrono1.81-dev libboost-atomic1.81-dev libboost-date-time1.81-dev
  libboost-regex1.81-dev libboost-random1.81-dev
  dpkg-dev
)
packages_ubuntu_24_04=(libboost-json1.83-dev libboost-url1.83-dev libcpprest-dev dpkg-dev)
packages_newer=(libboost-json-dev libboost-url-dev libcpprest-dev libpqxx-dev)
packages_lint=(git shellcheck)
packages_lint_clang=(clang-format-14 clang-tidy-16)

# Sets `packages` for this system. $1: lint adds what only script/lint uses.
select_packages() {
  packages=("${packages_everywhere[@]}")
  case $os_id-$os_version in
    debian-12) packages+=("${packages_debian_12[@]}") ;;
    ubuntu-24.04) packages+=("${packages_ubuntu_24_04[@]}") ;;
    *) packages+=("${packages_newer[@]}") ;;
  esac
  [[ ${1:-} = lint ]] || return 0
  packages+=("${packages_lint[@]}")
  case $os_id-$os_version in
    debian-12 | ubuntu-24.04) packages+=("${packages_lint_clang[@]}") ;;
  esac
}

# Libraries that this system has too old or not at all, built from source by lib/deps.sh.
libraries_from_source() {
  case $os_id-$os_version in
    debian-12) echo cpprest libpqxx ;;
    ubuntu-24.04) echo libpqxx ;;
  esac
}

# Prints those of the given packages that are not installed.
missing_packages() {
  local -A installed=()
  local name status
  while read -r name status; do
    [[ $status != installed ]] || installed[$name]=1
  done < <(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for name in "$@"; do
    [[ -n ${installed[$name]:-} ]] || printf '%s\n' "$name"
  done
}

as_root() {
  if [[ $(id -u) = 0 ]]; then "$@"; else sudo "$@"; fi
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 LC_ALL=C.UTF-8 \
    apt-get -y -q -o Acquire::Retries=3 -o DPkg::Lock::Timeout=600 "$@"
}

# Debian's server package creates and starts a cluster of its own. Nobody asked for one: crossdock
# and its tests run private ones. The setting lasts for this installation only.
no_main_cluster=/etc/postgresql-common/createcluster.d/crossdock-bootstrap.conf
hold_main_cluster() {
  as_root mkdir -p "${no_main_cluster%/*}"
  echo 'create_main_cluster = false' | as_root tee "$no_main_cluster" >/dev/null
}

install_packages() {
  # Package lists may be partly unreachable (a third party's repository) and still be enough.
  apt_get update || echo "apt-get update failed; going on with the lists that are there"
  # Debian 12's Boost 1.74 and 1.81 exclude each other: on somebody's own machine apt must not
  # remove what is in use there.
  local keep=(--no-remove)
  [[ -z ${CI:-} && -z ${CROSSDOCK_APT_REMOVE:-} ]] || keep=()
  local hold=no status=0
  if [[ " $* " = *" postgresql "* ]]; then
    hold=yes
    hold_main_cluster
  fi
  apt_get install --no-install-recommends "${keep[@]}" "$@" || status=$?
  [[ $hold = no ]] || as_root rm -f "$no_main_cluster"
  if ((status != 0)); then
    echo "Packages that conflict with ones already installed are removed only when you allow it:"
    echo "CROSSDOCK_APT_REMOVE=1 script/bootstrap"
  fi
  return "$status"
}
