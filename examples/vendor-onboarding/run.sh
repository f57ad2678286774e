#!/usr/bin/env bash
# A new supplier whose tax data are missing: filed as a draft, held by name of what is missing, let go by the missing
# value; the approver asks a colleague for advice. See ../kit.sh for url and key.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ../kit.sh

say '1. People, the part that says who checks a supplier, and the definition that uses it'
change "$(person vo.ivy 'Ivy Park')" "$(person vo.jon 'Jon Pratt')" "$(person vo.kim 'Kim Sato')" \
  "$(person vo.lou 'Lou Marin')" "$(group vo-procurement vo.jon)" "$(group vo-tax vo.kim)" "$(role vo-compliance vo.lou)"
ivy=$(id vo.ivy) jon=$(id vo.jon) kim=$(id vo.kim) lou=$(id vo.lou)
publish definitions part.yaml
publish definitions definition.yaml

# supplier MORE: the fields, MORE of them
supplier() {
  printf '"fields":{"name":"Acme Tools","country":"CH","bankAccount":"CH9300762011623852957","yearlySpend":{"amount":"40000.00","currency":"EUR"}%s}' "$1"
}

say '2. A draft, to be filed when it is complete'
request=$(file "{\"definition\":\"vendor-onboarding\",\"requester\":\"vo.ivy\",\"externalReference\":\"V-$run\",\"draft\":true,$(supplier '')}")
expect "$(status "$request")" draft 'nobody is asked yet'
call POST "/v1/approval-requests/$request/submissions" '{}' >/dev/null
decide "$request" procurement "$jon" approve

say '3. Whether it is a tax resident is not known: that step is held, and named; compliance goes on beside it'
expect "$(status "$request")" on_hold "on hold: $(why "$request" tax | text waitsFor)"
assignment=$(place "$request" supplier-compliance "$lou")
call POST "/v1/assignments/$assignment/additions" "{\"person\":\"$jon\",\"as\":\"adviser\",\"order\":\"beside\",\"revision\":\"$(revision "$request")\",\"reason\":\"You know them.\"}" "$lou" >/dev/null
decide "$request" supplier-compliance "$lou" approve
echo '   Lou asked Jon for advice beside, and approved'

say '4. Ivy adds what is missing: tax is asked'
call POST "/v1/approval-requests/$request/revisions" "{\"expected\":\"$(revision "$request")\",$(supplier ',"taxResident":false')}" "$ivy" >/dev/null
expect "$(status "$request")" in_review 'released; what others approved stands, as they did not review it'
decide "$request" tax "$kim" approve
expect "$(outcome "$request")" approved 'approved'

say "Done. The trail: $url/v1/approval-requests/$request/history"
