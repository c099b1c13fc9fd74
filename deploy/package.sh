#!/usr/bin/env bash
# Builds what a machine without Docker installs: a tarball and a Debian package with `consortium`, the four daemons and their units.
#   deploy/package.sh [--output DIR] [--version V] [--from DIR]
# --from takes an already built folder of src/Consortium.Cli; else it is published here. Needs the .NET SDK, tar and dpkg-deb.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
output=$PWD/packages version='' from=''
while (($#)); do
  case $1 in
    --output) output=$(mkdir -p "$2" && cd "$2" && pwd) ;;
    --version) version=$2 ;;
    --from) from=$(cd "$2" && pwd) ;;
    *) echo "deploy/package.sh: unknown option $1" >&2; exit 2 ;;
  esac
  shift 2
done
[[ -n $version ]] || version=$(sed -n 's:.*<Version>\(.*\)</Version>.*:\1:p' "$root/Directory.Build.props")
[[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+([~+.a-z0-9-]*)$ ]] || { echo "deploy/package.sh: '$version' is no version" >&2; exit 2; }
command -v dpkg-deb >/dev/null || { echo "deploy/package.sh: install dpkg, whose dpkg-deb writes the package" >&2; exit 2; }

work=$(mktemp -d "${TMPDIR:-/tmp}/consortium-package.XXXXXX")
trap 'rm -rf "$work"' EXIT
if [[ -z $from ]]; then
  dotnet publish "$root/src/Consortium.Cli" --configuration Release --output "$work/published" -p:UseAppHost=false --verbosity quiet
  from=$work/published
fi

name=consortium-$version
tree=$work/$name
install -d -m 755 "$tree/bin" "$tree/lib/consortium" "$tree/lib/systemd/system" "$tree/lib/sysusers.d" "$tree/share/doc/consortium"
# The processor this package is for; other systems' native libraries and programs' debug files stay out.
case $(uname -m) in x86_64) architecture=amd64 native=linux-x64 ;; aarch64) architecture=arm64 native=linux-arm64 ;; *) echo "deploy/package.sh: no packages for $(uname -m)" >&2; exit 2 ;; esac
(cd "$from" && find . -type f ! -name '*.pdb' ! -name '*.xml' \( ! -path './runtimes/*' -o -path "./runtimes/$native/*" -o -path './runtimes/linux/*' -o -path './runtimes/unix/*' \) -print0) |
  tar --directory "$from" --null --files-from - --create --file - | tar --directory "$tree/lib/consortium" --extract --no-same-owner
for program in consortium consortium-participant consortium-aggregator consortium-key-holder consortium-scorer; do
  [[ -s $tree/lib/consortium/$program.dll ]] || { echo "deploy/package.sh: $from has no $program.dll" >&2; exit 2; }
done
printf '#!/bin/sh\nexec dotnet "$(dirname "$(readlink -f "$0")")/../lib/consortium/consortium.dll" "$@"\n' >"$tree/bin/consortium"
chmod 755 "$tree/bin/consortium"
find "$tree/lib/consortium" -type f -exec chmod 644 {} +
install -m 644 "$root"/deploy/systemd/*.service "$tree/lib/systemd/system/"
install -m 644 "$root/deploy/systemd/consortium.sysusers" "$tree/lib/sysusers.d/consortium.conf"
install -m 644 "$root/deploy/systemd/daemon.env" "$root/deploy/README.md" "$root/CHANGELOG.md" "$tree/share/doc/consortium/"
install -m 644 "$root/LICENSE" "$tree/share/doc/consortium/copyright"

mkdir -p "$output"
tar --directory "$work" --owner root --group root --create --gzip --file "$output/$name-$native.tar.gz" "$name"

debian=$work/debian
install -d -m 755 "$debian/DEBIAN" "$debian/etc/consortium"
cp -a "$tree" "$debian/usr"
cat >"$debian/DEBIAN/control" <<CONTROL
Package: consortium
Version: $version
Architecture: $architecture
Maintainer: Consortium maintainers <maintainers@consortium.invalid>
Depends: aspnetcore-runtime-10.0 | dotnet-sdk-10.0, libc6, libstdc++6
Recommends: systemd
Section: net
Priority: optional
Description: federated anti-money-laundering for banks that compete
 The command line consortium, and the daemons of a bank, the aggregator and a
 key holder with systemd units. Nothing is started before it is configured.
CONTROL
cat >"$debian/DEBIAN/postinst" <<'SCRIPT'
#!/bin/sh
set -e
if [ "$1" = configure ]; then
  if command -v systemd-sysusers >/dev/null; then systemd-sysusers consortium.conf; fi
  if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
fi
SCRIPT
cat >"$debian/DEBIAN/postrm" <<'SCRIPT'
#!/bin/sh
set -e
# Keys in /etc/consortium and state in /var/lib/consortium stay, even when the package is purged: they cannot be made again.
if [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
SCRIPT
chmod 755 "$debian/DEBIAN/postinst" "$debian/DEBIAN/postrm"
chmod 711 "$debian/etc/consortium"
dpkg-deb --root-owner-group -Zgzip -z"${CONSORTIUM_COMPRESSION:-6}" --build "$debian" "$output/consortium_${version}_$architecture.deb" >/dev/null
ls -1 "$output/$name-$native.tar.gz" "$output/consortium_${version}_$architecture.deb"
