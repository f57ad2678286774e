#!/usr/bin/env bash
# Purchase orders from filing to approval, with nothing but curl: three amount bands from a matrix, finance and legal in
# parallel, a delegation, a return for revision, a blocked step and its release.
#   COUNTERSIGN_URL (default http://127.0.0.1:8080), COUNTERSIGN_KEY (default: the sandbox key in ./.countersign)
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
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
  local headers=(-H "Authorization: Bearer $key" -H "Idempotency-Key: po-$run-$count-$BASHPID")
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

say '1. People, roles and groups'
person() { printf '{"change":"person","userName":"%s","name":"%s","email":"%s@example.com","active":true}' "$1" "$2" "$1"; }
people=$(call POST /v1/directory/changes "{\"changes\":[
  $(person po.ana 'Ana Ruiz'), $(person po.tom 'Tom Baker'), $(person po.fay 'Fay Lindholm'), $(person po.cid 'Cid Moreau'),
  $(person po.fin 'Fiona Nagy'), $(person po.sam 'Sam Okoro'), $(person po.leo 'Leo Brandt'), $(person po.lea 'Lea Novak'),
  {\"change\":\"role\",\"role\":\"team-lead\",\"op\":\"set\",\"persons\":[\"po.tom\"]},
  {\"change\":\"role\",\"role\":\"finance-lead\",\"op\":\"set\",\"persons\":[\"po.fay\"]},
  {\"change\":\"role\",\"role\":\"cfo\",\"op\":\"set\",\"persons\":[\"po.cid\"]},
  {\"change\":\"role\",\"role\":\"region-lead\",\"op\":\"set\",\"persons\":[\"po.tom\"]},
  {\"change\":\"group\",\"group\":\"finance\",\"op\":\"set\",\"persons\":[\"po.fin\"]},
  {\"change\":\"group\",\"group\":\"legal\",\"op\":\"set\",\"persons\":[\"po.leo\"]}]}")
id() { printf '%s' "$people" | tr '{' '\n' | grep "\"userName\":\"$1\"" | text id; }
ana=$(id po.ana) tom=$(id po.tom) fay=$(id po.fay) cid=$(id po.cid)
fin=$(id po.fin) sam=$(id po.sam) leo=$(id po.leo) lea=$(id po.lea)
echo "   Ana asks; Tom, Fay and Cid may commit 5,000, 50,000 and any amount."

say '2. The matrix and the definition'
call POST /v1/matrices "{\"source\":$(json matrix.yaml)}" >/dev/null
digest=$(call POST /v1/definitions "{\"source\":$(json definition.yaml)}" | text digest)
echo "   purchase-order is published as $digest"

say '3. The order, a real PDF'
count=$((count + 1))
document=$(curl -sS -X POST "$url/v1/documents" -H "Authorization: Bearer $key" -H "Idempotency-Key: po-$run-$count" \
  -H 'Content-Type: application/octet-stream' -H 'Countersign-File-Name: order.pdf' --data-binary @order.pdf)
doc=$(printf '%s' "$document" | text id)
[ -n "$doc" ] || fail "$document"
curl -sS "$url/v1/documents/$doc/versions/1/content" -H "Authorization: Bearer $key" | cmp - order.pdf
echo "   $doc, $(printf '%s' "$document" | text mediaType), comes back to the bit"

# order REFERENCE AMOUNT: files one and prints its id.
order() {
  call POST /v1/approval-requests "{\"definition\":\"purchase-order\",\"requester\":\"po.ana\",\"externalReference\":\"$1-$run\",
    \"fields\":{\"supplier\":\"Acme Tools\",\"amount\":{\"amount\":\"$2\",\"currency\":\"EUR\"},\"region\":\"EMEA\",
    \"costCenter\":\"CC-104\",\"contact\":\"sales@acme.example\"},\"documents\":{\"order\":[{\"document\":\"$doc\",\"version\":1}]}}" | text id
}
request() { call GET "/v1/approval-requests/$1"; }
status() { request "$1" | text status; }
outcome() { request "$1" | text outcome; }
revision() { request "$1" | grep -o '"revision":{"number":[0-9]*,"digest":"[^"]*"' | head -n 1 | cut -d '"' -f 8; }
# place REQUEST STEP PERSON: the open assignment of a person in a step.
place() { call GET "/v1/assignments?request=$1&step=$2&person=$3" | text id; }
# decide REQUEST STEP WHOSE-PLACE DECISION [ACTOR]
decide() {
  local assignment
  assignment=$(place "$1" "$2" "$3")
  [ -n "$assignment" ] || fail "$3 has no open assignment in step $2"
  call POST "/v1/assignments/$assignment/decisions" "{\"decision\":\"$4\",\"revision\":\"$(revision "$1")\",\"reason\":\"as discussed\"}" "${5:-$3}" >/dev/null
}
expect() { [ "$1" = "$2" ] || fail "expected $2, found $1"; echo "   $3"; }

say '4. 4,200 EUR: the team lead, then finance. Legal is not needed below 5,000'
small=$(order PO-SMALL 4200.00)
decide "$small" budget "$tom" approve
decide "$small" finance "$fin" approve
expect "$(outcome "$small")" approved "approved by Tom and Fiona"
call GET "/v1/approval-requests/$small/why?step=legal" | grep -q '"verdict":"skipped"' || fail 'legal was not skipped'
echo "   why not legal: $(call GET "/v1/approval-requests/$small/why?step=legal" | text clause)"

say '5. 48,000 EUR: the finance lead, then finance and legal side by side; finance sends it back once'
middle=$(order PO-MIDDLE 48000.00)
decide "$middle" budget "$fay" approve
decide "$middle" legal "$leo" approve
decide "$middle" finance "$fin" return
expect "$(status "$middle")" returned "returned to Ana; Leo's open place would have been withdrawn"
call POST "/v1/approval-requests/$middle/revisions" "{\"expected\":\"$(revision "$middle")\",
  \"fields\":{\"supplier\":\"Acme Tools\",\"amount\":{\"amount\":\"48000.00\",\"currency\":\"EUR\"},\"region\":\"EMEA\",
  \"costCenter\":\"CC-205\",\"contact\":\"sales@acme.example\"},\"documents\":{\"order\":[{\"document\":\"$doc\",\"version\":1}]}}" "$ana" >/dev/null
echo '   Ana corrects the cost centre. Legal does not review it: that approval stands. Fay is asked again'
decide "$middle" budget "$fay" approve

say '6. Fiona is away: Sam decides by delegation'
call POST /v1/delegations "{\"from\":\"po.fin\",\"to\":\"po.sam\",\"starts\":\"2020-01-01T00:00:00Z\",\"ends\":\"2100-01-01T00:00:00Z\",\"definitions\":[\"purchase-order\"]}" >/dev/null
decide "$middle" finance "$fin" approve "$sam"
expect "$(outcome "$middle")" approved 'approved; the decision names Sam, and Fiona as whose authority it was'

say '7. 400,000 EUR: only the CFO may commit that. Then nobody is left in legal'
large=$(order PO-LARGE 400000.00)
want=403 call POST "/v1/assignments/$(place "$large" budget "$cid")/decisions" "{\"decision\":\"approve\",\"revision\":\"$(revision "$large")\"}" "$tom" | text detail | sed 's/^/   Tom tries: /'
decide "$large" budget "$cid" approve
call POST /v1/directory/changes "{\"changes\":[{\"change\":\"person\",\"userName\":\"po.leo\",\"active\":false}]}" >/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do [ "$(status "$large")" = blocked ] && break; sleep 0.25; done
expect "$(status "$large")" blocked "blocked: $(call GET "/v1/approval-requests/$large/why?step=legal" | text waitsFor)"
decide "$large" finance "$fin" approve
expect "$(status "$large")" blocked 'finance has approved, and it still does not pass'
call POST /v1/directory/changes "{\"changes\":[{\"change\":\"group\",\"group\":\"legal\",\"op\":\"add\",\"persons\":[\"po.lea\"]}]}" >/dev/null
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do [ "$(status "$large")" = in_review ] && break; sleep 0.25; done
expect "$(status "$large")" in_review 'Lea joins legal: released'
decide "$large" legal "$lea" approve
expect "$(outcome "$large")" approved 'approved'

say '8. A system that is about to pay asks for a token, and shows it when it does'
token=$(call GET "/v1/approval-requests/$large/approval-token" | text token)
call POST /v1/approval-tokens/introspection "{\"token\":\"$token\"}" | grep -q '"active":true' || fail 'the token is not active'
call POST "/v1/approval-requests/$large/effects" "{\"effect\":\"payment\",\"state\":\"done\",\"token\":\"$token\",\"reference\":\"PAY-1\"}" >/dev/null
want=409 call POST "/v1/approval-requests/$large/effects" "{\"effect\":\"payment\",\"state\":\"done\",\"token\":\"$token\"}" | text detail | sed 's/^/   A second time: /'

say "Done. The trail of the large order: $url/v1/approval-requests/$large/history"
