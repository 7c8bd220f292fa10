# What the lab's scripts share: ports, servers as processes, and the guard that ends them.
#
# A lab is a folder. Each of its servers has a folder in it with `pid`, `port`, `log` and `command`, so that any
# process can stop, kill, pause and start servers again. It must not know PostgreSQL or Redis.
#
# With --tether a guard ends every server and removes the folder as soon as the standard input of the
# script that started the lab is closed at its other end, however its holder died.

set -eu -o pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
host=127.0.0.1
# Where the guard reads; of no use to servers, so never handed on.
exec {tether}</dev/null

fail() {
    echo "lab: $*" >&2
    exit 1
}

need() {
    local program
    for program in "$@"; do
        command -v "$program" >/dev/null || fail "\`$program\` is not installed; tests/run installs it"
    done
}

# Waits until a command succeeds: until SECONDS COMMAND…
until_true() {
    local deadline=$((SECONDS + $1))
    shift
    until "$@" >/dev/null 2>&1; do
        ((SECONDS < deadline)) || return 1
        sleep 0.05
    done
}

# Picks a port nobody listens on and keeps others from picking it as long as this process, or one that it starts,
# lives. The range lies below the one the kernel takes outgoing ports from.
reserve_port() {
    local reserved=${TMPDIR:-/tmp}/breakglass-lab-ports.$(id -u) candidate lock
    mkdir -p "$reserved"
    for _ in {1..400}; do
        candidate=$((20000 + (RANDOM * 32768 + RANDOM) % 12000))
        exec {lock}>"$reserved/$candidate"
        if flock --nonblock "$lock" && ! listens "$candidate"; then
            port=$candidate
            return
        fi
        exec {lock}>&-
    done
    fail "no free port between 20000 and 32000"
}

listens() {
    (exec 3<>"/dev/tcp/$host/$1") 2>/dev/null
}

# Whether a process is there and any of its threads is no zombie: the first one may be gone while others, killed
# with it, still hold the sockets.
runs() {
    local stat
    for stat in "/proc/$1"/task/*/stat; do
        stat=$(cat "$stat" 2>/dev/null) || continue
        stat=${stat##*) }
        [[ $stat == Z* || $stat == X* ]] || return 0
    done
    return 1
}

pid_of() {
    [[ -f $lab/$1/pid ]] || fail "there is no server \`$1\` in \`$lab\` ($(servers))"
    cat "$lab/$1/pid"
}

servers() {
    local pid
    for pid in "$lab"/*/pid; do
        [[ -f $pid ]] && basename "$(dirname "$pid")"
    done | tr '\n' ' '
}

# A process and all below it, outermost first.
tree() {
    local child
    echo "$1"
    for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do
        tree "$child"
    done
}

# Starts the command kept for a server, in a session of its own.
launch() {
    local name=$1
    local -a command
    mapfile -d '' command <"$lab/$name/command"
    if [[ -s $lab/$name/pid ]] && runs "$(cat "$lab/$name/pid")"; then
        fail "\`$name\` runs already"
    fi
    # shellcheck disable=SC2016  # expanded by the inner shell
    setsid "$BASH" -c 'echo $$ >"$1/pid"; shift; exec "$@"' lab "$lab/$name" "${command[@]}" \
        </dev/null >>"$lab/$name/log" 2>&1 {tether}<&- &
    until_true 10 test -s "$lab/$name/pid" || fail "\`$name\` did not start"
}

# Keeps how a server is started: remember NAME PORT COMMAND…
remember() {
    local name=$1
    mkdir -p "$lab/$name"
    echo "$2" >"$lab/$name/port"
    shift 2
    printf '%s\0' "$@" >"$lab/$name/command"
}

# Ends a server by a signal and waits until it and its children are gone.
end() {
    local name=$1 signal=$2 pid all one
    pid=$(pid_of "$name")
    all=$(tree "$pid")
    kill "-$signal" "$pid" 2>/dev/null || true
    # A paused process takes no signal but KILL until it goes on.
    for one in $all; do kill -CONT "$one" 2>/dev/null || true; done
    for one in $all; do
        until_true 30 not runs "$one" || {
            kill -KILL "$one" 2>/dev/null || true
            until_true 10 not runs "$one" || fail "\`$name\` (process $one) does not end"
        }
    done
}

not() {
    ! "$@"
}

signal_tree() {
    local one
    for one in $(tree "$(pid_of "$1")"); do
        kill "-$2" "$one" 2>/dev/null || true
    done
}

# Ends every server of the lab at once and removes its folder.
end_all() {
    local pid one all=
    for pid in "$lab"/*/pid; do
        [[ -f $pid ]] && all+=" $(tree "$(cat "$pid")")"
    done
    for one in $all; do kill -KILL "$one" 2>/dev/null || true; done
    for one in $all; do until_true 10 not runs "$one" || true; done
    rm -rf "$lab"
}

# A certificate that only vouches for itself: certify PATH makes PATH.crt and PATH.key.
certify() {
    need openssl
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 \
        -subj '/CN=breakglass lab' -addext "subjectAltName=DNS:localhost,IP:$host" \
        -addext basicConstraints=critical,CA:FALSE -keyout "$1.key" -out "$1.crt" 2>/dev/null ||
        fail "openssl makes no certificate"
    chmod 600 "$1.key"
}

# The lab's folder: made, and open to the server's own user.
open_lab() {
    mkdir -p "$lab"
    lab=$(cd "$lab" && pwd)
    chmod 711 "$lab"
    if [[ ${1:-} == --tether ]]; then
        exec {tether}<&0
        setsid "$BASH" "$here/guard" "$lab" <&"$tether" >/dev/null 2>&1 &
        until_true 10 test -e "$lab/guard" || fail "the guard did not start"
    fi
}

# The verbs that any kind of server understands.
common_verb() {
    case $1 in
        kill) end "$3" KILL ;;
        stop-server) end "$3" "${stop_signal:-TERM}" ;;
        pause) signal_tree "$3" STOP ;;
        resume) signal_tree "$3" CONT ;;
        port) cat "$lab/$3/port" ;;
        servers) servers && echo ;;
        stop) end_all ;;
        *) fail "what is \`$1\`? $usage" ;;
    esac
}
