# Functions shared by the scripts in this folder. Source this file; do not run it.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# ONNX Runtime, which only LPIPS needs. Everything else works without it.
# shellcheck disable=SC2034  # bin/splatline takes it
OPTIONAL="$ROOT/gpu/target/optional/*"

# The packages that Spark opens on Java 17: an argument file for java.
# shellcheck disable=SC2034  # bin/splatline takes it
SPARK_OPENS="@$ROOT/conf/spark-opens.args"

# Java reads and writes the names of files in the locale's character set.
[ "$(locale charmap 2>/dev/null)" = UTF-8 ] || export LC_ALL=C.UTF-8

say() {
  echo "splatline: $*" >&2
}

stop() {
  say "$*"
  exit 70
}

# Creates a work folder, or empties one that these scripts created. Refuses a folder with other files.
own_folder() {
  if [ -d "$1" ] && [ ! -e "$1/.splatline" ] && [ -n "$(ls -A "$1")" ]; then
    stop "Cannot work in $1: it holds files that this script did not create. Name a new folder with --work"
  fi
  rm -rf "$1"
  mkdir -p "$1"
  touch "$1/.splatline"
}

need_java() {
  command -v java >/dev/null || stop "Cannot start: java is missing. Install it: apt-get install openjdk-17-jdk-headless"
  local major
  major=$(java -version 2>&1 | sed -nE 's/.* version "([0-9]+).*/\1/p' | head -n 1)
  [ "${major:-0}" -ge 17 ] || stop "Cannot start: java is version ${major:-unknown}, need 17. Install it: apt-get install openjdk-17-jdk-headless"
}

need_maven() {
  command -v mvn >/dev/null || stop "Cannot build: mvn is missing. Install it: apt-get install maven"
}

NO_COLMAP="Cannot find COLMAP, which turns photographs into camera poses. Install it: sudo apt-get install colmap"

# Finds COLMAP, or installs it from Debian if this user may. Fails if there is none.
find_colmap() {
  command -v colmap >/dev/null && return
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "installing COLMAP (structure from motion) from Debian"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq colmap; } >/dev/null 2>&1
}

# ShellCheck, for the tests of these scripts, from Debian if this user may install it. Fails if there is none.
find_shellcheck() {
  command -v shellcheck >/dev/null && return
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "installing ShellCheck from Debian"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq shellcheck; } >/dev/null 2>&1
}

# jq, for bin/run-nightly.sh, from Debian if this user may install it. Fails if there is none.
find_jq() {
  command -v jq >/dev/null && return
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "installing jq from Debian"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq jq; } >/dev/null 2>&1
}

# Public tools for models, which our files and readers are compared with: gpu/src/test/judges. From npm, once for each change of
# their list. Fails if there is no npm.
find_judges() {
  local from="$ROOT/gpu/src/test/judges" to="$ROOT/target/judges"
  cmp -s "$from/package-lock.json" "$to/installed" && return
  command -v npm >/dev/null || return 1
  say "installing public tools for models from npm"
  rm -rf "$to"
  mkdir -p "$to"
  cp "$from/package.json" "$from/package-lock.json" "$from/.npmrc" "$to"
  (cd "$to" && npm ci) >/dev/null 2>&1 || return 1
  cp "$from/package-lock.json" "$to/installed"
}

# npm, which bundles the pages of `report --out`, from Debian if this user may install it. Fails if there is none.
find_npm() {
  command -v npm >/dev/null && return
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "installing npm from Debian"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends npm; } >/dev/null 2>&1
}

# Chromium and its driver, for the tests of the pages, from Debian if this user may install them. Fails if there are none.
find_chromium() {
  [ -x /usr/bin/chromium ] && [ -x /usr/bin/chromedriver ] && return
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "installing Chromium from Debian"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium chromium-driver fonts-dejavu-core; } >/dev/null 2>&1
}

# ffmpeg and libheif's programs, for scenes that are videos and for HEIC photographs, from Debian if this user may install them. Fails if
# there are none.
find_media_tools() {
  command -v ffmpeg >/dev/null && command -v heif-enc >/dev/null && return
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
  say "installing ffmpeg and libheif's programs from Debian"
  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends ffmpeg libheif-examples; } >/dev/null 2>&1
}

need_colmap() {
  find_colmap || stop "$NO_COLMAP"
}

# Builds the modules if there is no build, or if a source is newer than the last build.
build() {
  local stamp="$ROOT/pipeline/target/built"
  if [ -f "$stamp" ] && [ -z "$(find "$ROOT"/pom.xml "$ROOT"/*/pom.xml "$ROOT"/conf "$ROOT"/*/src "$ROOT"/kernels/include "$ROOT"/kernels/build-fatbin -newer "$stamp" -type f -print -quit)" ]; then
    return
  fi
  need_maven
  find_npm || say "npm is missing, so report cannot write pages. Install it: sudo apt-get install npm"
  say "building (the first time it downloads libraries, which takes a few minutes)"
  (cd "$ROOT" && mvn -q -B -DskipTests package) || stop "Cannot build: Maven failed. See its messages above"
  touch "$stamp"
}

# shellcheck disable=SC2034  # bin/notebooks and bin/test take it
NO_JUPYTER="Cannot run notebooks: there is no python3 with nbconvert, ipykernel, pandas and matplotlib. Install them: sudo apt-get install python3-nbconvert python3-ipykernel python3-pandas python3-matplotlib"

# Sets PYTHON to a python3 that can run notebooks. Installs the packages from Debian if this user may. Fails if there is none.
find_jupyter() {
  local try
  for try in installed install; do
    for PYTHON in python3 /usr/bin/python3; do
      "$PYTHON" -c 'import nbconvert, ipykernel, pandas, matplotlib' 2>/dev/null && return
    done
    if [ $try = installed ]; then
      [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || return 1
      say "installing nbconvert, ipykernel, pandas and matplotlib from Debian"
      { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
        python3-nbconvert python3-ipykernel python3-pandas python3-matplotlib; } >/dev/null 2>&1
    fi
  done
  return 1
}
