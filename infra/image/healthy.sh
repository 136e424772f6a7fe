#!/bin/sh
# 0 while the system in this container is up and its event loop turns: it renews a file every 5 s (infra/system/heartbeat.ts).
find "${1:-/app/.despacho/system}" -name '*.up' -newermt '30 seconds ago' | grep -q .
