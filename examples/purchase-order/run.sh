#!/usr/bin/env bash
# Purchase orders from filing to approval, with nothing but curl: three amount bands from a matrix, finance and legal in
# parallel, a delegation, a return for revision, a blocked step and its release. See ../kit.sh for url and key.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ../kit.sh

say '1. People, roles and groups'
change "$(person po.ana 'Ana Ruiz')" "$(person po.tom 'Tom Baker')" "$(person po.fay 'Fay Lindholm')" \
  "$(person po.cid 'Cid Moreau')" "$(person po.fin 'Fiona Nagy')" "$(person po.sam 'Sam Okoro')" \
  "$(person po.leo 'Leo Brandt')" "$(person po.lea 'Lea Novak')" \
  "$(role team-lead po.tom)" "$(role finance-lead po.fay)" "$(role cfo po.cid)" "$(role region-lead po.tom)" \
  "$(group finance po.fin)" "$(group legal po.leo)"
ana=$(id po.ana) tom=$(id po.tom) fay=$(id po.fay) cid=$(id po.cid)
fin=$(id po.fin) sam=$(id po.sam) leo=$(id po.leo) lea=$(id po.lea)
echo "   Ana asks; Tom, Fay and Cid may commit 5,000, 50,000 and any amount."

say '2. The matrix and the definition'
publish matrices matrix.yaml
digest=$(call POST /v1/definitions "{\"source\":$(json definition.yaml)}" | text digest)
echo "   purchase-order is published as $digest"

say '3. The order, a real PDF'
document=$(upload order.pdf)
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
until_status blocked "$large"
expect "$(status "$large")" blocked "blocked: $(call GET "/v1/approval-requests/$large/why?step=legal" | text waitsFor)"
decide "$large" finance "$fin" approve
expect "$(status "$large")" blocked 'finance has approved, and it still does not pass'
call POST /v1/directory/changes "{\"changes\":[{\"change\":\"group\",\"group\":\"legal\",\"op\":\"add\",\"persons\":[\"po.lea\"]}]}" >/dev/null
until_status in_review "$large"
expect "$(status "$large")" in_review 'Lea joins legal: released'
decide "$large" legal "$lea" approve
expect "$(outcome "$large")" approved 'approved'

say '8. A system that is about to pay asks for a token, and shows it when it does'
token=$(call GET "/v1/approval-requests/$large/approval-token" | text token)
call POST /v1/approval-tokens/introspection "{\"token\":\"$token\"}" | grep -q '"active":true' || fail 'the token is not active'
call POST "/v1/approval-requests/$large/effects" "{\"effect\":\"payment\",\"state\":\"done\",\"token\":\"$token\",\"reference\":\"PAY-1\"}" >/dev/null
want=409 call POST "/v1/approval-requests/$large/effects" "{\"effect\":\"payment\",\"state\":\"done\",\"token\":\"$token\"}" | text detail | sed 's/^/   A second time: /'

say "Done. The trail of the large order: $url/v1/approval-requests/$large/history"
