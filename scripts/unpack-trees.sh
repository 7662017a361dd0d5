#!/usr/bin/env bash
# Unpacks what the tests read of Debian's kernel sources (/usr/src/linux-source-*.tar.xz) into build/trees.
# A tree that is already there is left alone; a package that is not installed is passed over.
set -euo pipefail
cd "$(dirname "$0")/.."

trees=build/trees
parts=(fs mm include/linux tools/memory-model Documentation/atomic_t.txt Documentation/memory-barriers.txt)

for version in 6.12 6.1; do
  name=linux-source-$version
  archive=/usr/src/$name.tar.xz
  if [ -d "$trees/$name" ]; then continue; fi
  if [ ! -f "$archive" ]; then
    echo "unpack-trees: $archive is not there: apt-get install $name" >&2
    continue
  fi
  mkdir -p "$trees"
  # Unpacked beside its place and moved there at the end: an interrupted run leaves no half tree.
  unfinished=$(mktemp -d "$trees/.$name.XXXXXX")
  tar -xf "$archive" -C "$unfinished" "${parts[@]/#/$name/}"
  mv "$unfinished/$name" "$trees/$name"
  rmdir "$unfinished"
done
