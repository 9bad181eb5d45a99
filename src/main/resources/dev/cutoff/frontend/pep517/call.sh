# Runs a compiler's or a linker's call, and notes what it makes and in which words it was asked for.
note=$1 words=$2 made=$3
shift 3
"$@" || exit
printf '%s\n%s\n' "$words" "$made" >"$note"
