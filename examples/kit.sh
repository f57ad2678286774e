# What the examples share: calls with curl, and a few words to read by. Sourced by each run.sh, from its own folder.
#   COUNTERSIGN_URL (default http://127.0.0.1:8080), COUNTERSIGN_KEY (default: the sandbox key in ./.countersign)
set -euo pipefail
url=${COUNTERSIGN_URL:-http://127.0.0.1:8080}
key=${COUNTERSIGN_KEY:-$(cat ../../.countersign/sandbox-key 2>/dev/null || true)}
run=$(date +%s%N)
count=0

say() { printf '\n%s\n' "$*"; }
fail() { printf 'failed: %s\n' "$*" >&2; exit 1; }

# call METHOD PATH [BODY] [ACT-FOR]: prints the answer's body; its status must be 2xx unless `want` says otherwise.
call() {
  local method=$1 path=$2 body=${3:-} person=${4:-} answer status
  count=$((count + 1))
  local headers=(-H "Authorization: Bearer $key" -H "Idempotency-Key: example-$run-$count-$BASHPID")
  [ -n "$person" ] && headers+=(-H "Countersign-Act-For: $person")
  [ -n "$body" ] && headers+=(-H 'Content-Type: application/json' --data-binary "$body")
  answer=$(curl -sS -X "$method" "${headers[@]}" -w '\n%{http_code}' "$url$path")
  status=${answer##*$'\n'}
  case "$status" in ${want:-2*}) ;; *) fail "$method $path answered $status: $answer" ;; esac
  printf '%s' "${answer%$'\n'*}"
}

# text NAME < JSON: the first member of that name, where it is a string.
text() { grep -o "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }
# json FILE: its content as a JSON string.
json() { sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' "$1" | awk 'BEGIN { printf "\"" } { printf "%s\\n", $0 } END { printf "\"" }'; }

[ -n "$key" ] || fail 'no key: start a server in the top directory (npm start), or set COUNTERSIGN_KEY'
curl -sS -o /dev/null "$url/healthz" || fail "no server at $url: start one (npm start), or set COUNTERSIGN_URL"

# person USER-NAME NAME [MANAGER]: a change of the directory.
person() {
  printf '{"change":"person","userName":"%s","name":"%s","email":"%s@example.com","active":true%s}' "$1" "$2" "$1" \
    "${3:+,\"manager\":\"$3\"}"
}
# role NAME USER-NAME…, group NAME USER-NAME…: their only members.
members() { printf '"%s",' "${@}" | sed 's/,$//'; }
role() { printf '{"change":"role","role":"%s","op":"set","persons":[%s]}' "$1" "$(members "${@:2}")"; }
group() { printf '{"change":"group","group":"%s","op":"set","persons":[%s]}' "$1" "$(members "${@:2}")"; }
# change CHANGE…: makes all of them at once, and keeps who they are for `id`.
people=''
change() {
  local joined
  joined=$(printf '%s,' "$@")
  people=$(call POST /v1/directory/changes "{\"changes\":[${joined%,}]}")
}
# id USER-NAME
id() { printf '%s' "$people" | tr '{' '\n' | grep "\"userName\":\"$1\"" | text id; }

request() { call GET "/v1/approval-requests/$1"; }
status() { request "$1" | text status; }
outcome() { request "$1" | text outcome; }
revision() { request "$1" | grep -o '"revision":{"number":[0-9]*,"digest":"[^"]*"' | head -n 1 | cut -d '"' -f 8; }
# place REQUEST STEP PERSON: the open assignment of a person in a step.
place() { call GET "/v1/assignments?request=$1&step=$2&person=$3" | text id; }
# decide REQUEST STEP WHOSE-PLACE DECISION [ACTOR] [MORE]: MORE is JSON members, such as "reasonCode":"duplicate".
decide() {
  local assignment more=${6:-'"reason":"as discussed"'}
  assignment=$(place "$1" "$2" "$3")
  [ -n "$assignment" ] || fail "$3 has no open assignment in step $2"
  call POST "/v1/assignments/$assignment/decisions" "{\"decision\":\"$4\",\"revision\":\"$(revision "$1")\",$more}" "${5:-$3}" >/dev/null
}
# file BODY: files a request and prints its id. why REQUEST STEP: what is told of a step.
file() { call POST /v1/approval-requests "$1" | text id; }
why() { call GET "/v1/approval-requests/$1/why?step=$2"; }
publish() { call POST "/v1/$1" "{\"source\":$(json "$2")}" >/dev/null; }
expect() { [ "$1" = "$2" ] || fail "expected $2, found $1"; echo "   $3"; }
# until_status STATUS REQUEST: waits for what follows from a change elsewhere.
until_status() {
  for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do [ "$(status "$2")" = "$1" ] && return; sleep 0.25; done
  fail "expected $1, found $(status "$2")"
}
# upload FILE: stores it and prints its id.
upload() {
  curl -sS -X POST "$url/v1/documents" -H "Authorization: Bearer $key" -H "Idempotency-Key: example-$run-upload-$BASHPID" \
    -H 'Content-Type: application/octet-stream' -H "Countersign-File-Name: $1" --data-binary "@$1"
}
