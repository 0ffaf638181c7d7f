#!/usr/bin/env bash
# Installs the Debian packages that the targets given need, those that are missing. `setup.sh build` for building,
# `setup.sh build test` for the tests as well.
set -euo pipefail

build=(make pkg-config libuv1-dev libnghttp2-dev libprotobuf-c-dev libssl-dev libpcre2-dev libsqlite3-dev zlib1g-dev)
test=(protobuf-compiler libprotobuf-dev protobuf-c-compiler python3-protobuf python3 python3-venv)
page=(chromium python3-venv)
ranks=(openmpi-bin)
balancer=(nginx openssl)
bench=(libdnnl-dev nghttp2-client python3-venv)

packages=()
for target in "$@"; do
    case $target in
    build) packages+=("${build[@]}") ;;
    test) packages+=("${test[@]}") ;;
    page) packages+=("${page[@]}") ;;
    ranks) packages+=("${ranks[@]}") ;;
    balancer) packages+=("${balancer[@]}") ;;
    bench) packages+=("${bench[@]}") ;;
    *) echo "setup.sh: unknown target '$target'; give build, test, page, ranks, balancer or bench" >&2; exit 2 ;;
    esac
done

missing=()
for package in "${packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done

if [ ${#missing[@]} -gt 0 ]; then
    as_root=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { echo "setup.sh: as root, run: apt-get install ${missing[*]}" >&2; exit 1; }
        as_root=(sudo)
    fi
    echo "installing ${missing[*]}" >&2
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "${missing[@]}"
fi

command -v swift >/dev/null || { echo "setup.sh: Swift 6.2 or newer is missing; see https://www.swift.org/install" >&2; exit 1; }
