# shellcheck shell=bash
# Sourced: installs Debian packages that are not there yet.

# apt_install PACKAGE…: status 1, with the reason on stderr, where that cannot be done.
apt_install() {
  dpkg -s "$@" >/dev/null 2>&1 && return 0
  if ! command -v apt-get >/dev/null; then
    printf 'there is no apt-get to install %s with\n' "$*" >&2
    return 1
  fi
  local as_root=
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      printf 'cannot install %s: not root, and no sudo\n' "$*" >&2
      return 1
    fi
    as_root=sudo
  fi
  $as_root apt-get update -qq >&2 || printf 'apt-get update failed; trying with the package lists there are\n' >&2
  $as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -qq -y --no-install-recommends -o DPkg::Lock::Timeout=120 "$@" >&2
}
