# Shared by deploy/run and deploy/test: Debian packages that have to be there. To be sourced.

is_installed() {
    dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null | grep -qx installed
}

# require_packages NAME...: installs the ones that are missing, as root or by sudo.
require_packages() {
    local missing=() name as_root=()
    for name in "$@"; do
        is_installed "$name" || missing+=("$name")
    done
    [[ ${#missing[@]} -eq 0 ]] && return

    if ! command -v apt-get >/dev/null; then
        echo "missing: ${missing[*]}. This is no Debian; install their like by hand." >&2
        return 1
    fi
    if [[ $EUID -ne 0 ]]; then
        # -n: never wait for a password that nobody types.
        if ! sudo -n true 2>/dev/null; then
            echo "missing: ${missing[*]}. As root run: apt-get install ${missing[*]}" >&2
            return 1
        fi
        as_root=(sudo -n)
    fi
    # Without systemd, RUNLEVEL=1 keeps a package from starting its service.
    local environment=(env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1)
    "${as_root[@]}" timeout 300 "${environment[@]}" apt-get update -qq
    "${as_root[@]}" timeout 900 "${environment[@]}" \
        apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null || return
    # A service that was not here before serves nobody yet: give its port and memory back.
    local service
    for service in redis-server rabbitmq-server prometheus; do
        if [[ " ${missing[*]} " == *" $service "* && -d /run/systemd/system ]]; then
            "${as_root[@]}" timeout 60 systemctl disable --now --quiet "$service"
        fi
    done
}

require_swift() {
    if ! command -v swift >/dev/null; then
        echo "swift is missing: install the Swift 6 toolchain (swift.org/install)" >&2
        return 1
    fi
}
