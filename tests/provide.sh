#!/bin/sh
# What the tests need besides Python: chromium and PostgreSQL, by apt where it may.
set -u
missing=""
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
ls -d /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
[ -z "$missing" ] && exit 0
if command -v apt-get >/dev/null 2>&1 && [ "$(id -u)" = 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086  # a list of packages
  apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null && exit 0
fi
echo "The tests could use:$missing. Install with: sudo apt-get install$missing" >&2
echo "Without them the tests that need them are skipped, and say so; with CI=true they fail." >&2
[ "${CI:-}" != true ]
