#!/usr/bin/env bash
# A job offer that only its participants know of: the manager of who asks, people partners and finance; a raise within
# the tolerance that asks nobody again, and one beyond it. See ../kit.sh for url and key.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ../kit.sh

say '1. Who hires, who manages, who counts'
change "$(person hr.mia 'Mia Torres')"
change "$(person hr.mia 'Mia Torres')" "$(person hr.noa 'Noa Weiss' hr.mia)" "$(person hr.pia 'Pia Holm')" \
  "$(person hr.fin 'Finn Adler')" "$(group people-partners hr.pia)" "$(role finance-partner hr.fin)"
mia=$(id hr.mia) noa=$(id hr.noa) pia=$(id hr.pia) fin=$(id hr.fin)
publish definitions definition.yaml
echo '   Noa asks, Mia manages her, Pia is of the people partners, Finn of finance.'

offer() { # SALARY: the members of an offer
  printf '"fields":{"position":"Engineer","candidate":"Alex Doe","salary":{"amount":"%s","currency":"EUR"},"bonus":"5","start":"2030-01-01"}' "$1"
}

say '2. Before it is filed: who would be asked?'
call POST /v1/approval-requests/preview "{\"definition\":\"job-offer\",\"requester\":\"hr.noa\",$(offer 98000.00)}" \
  | grep -o '"step":"[a-z]*"' | cut -d '"' -f 4 | sort -u | tr '\n' ' ' | sed 's/^/   /'
echo

say '3. The offer, 98,000 EUR: above the band, so that finance is asked too'
request=$(file "{\"definition\":\"job-offer\",\"requester\":\"hr.noa\",\"externalReference\":\"OFFER-$run\",\"due\":\"2 days\",$(offer 98000.00)}")
decide "$request" department "$mia" approve
decide "$request" people "$pia" approve

say '4. A key that may read requests, but not confidential ones, finds nothing'
account=$(call POST /v1/service-accounts "{\"name\":\"list-$run\"}" | text id)
other=$(call POST /v1/api-keys "{\"serviceAccount\":\"$account\",\"scopes\":[\"requests:read\"]}" | text secret)
seen=$(curl -sS -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $other" "$url/v1/approval-requests/$request")
expect "$seen" 404 'it is answered 404, as if there were no such request'

say '5. Mia edits the salary by less than 1 %: nobody is asked again. Then by more'
edit() {
  call POST "/v1/approval-requests/$request/revisions" "{\"expected\":\"$(revision "$request")\",$(offer "$1")}" "$noa" >/dev/null
}
edit 98900.00
why "$request" people | grep -q '"verdict":"approved"\|"status":"approved"' && echo "   98,900: Pia's approval stands"
[ -z "$(place "$request" people "$pia")" ] || fail 'Pia was asked again within the tolerance'
edit 104000.00
[ -n "$(place "$request" people "$pia")" ] || decide "$request" department "$mia" approve
echo '   104,000: measured against what they saw, beyond it; they are asked again'
decide "$request" people "$pia" approve

say '6. Finance says no, with a code of the catalogue'
want=422 call POST "/v1/assignments/$(place "$request" finance "$fin")/decisions" \
  "{\"decision\":\"reject\",\"revision\":\"$(revision "$request")\"}" "$fin" | text detail | sed 's/^/   Without a code: /'
decide "$request" finance "$fin" reject "$fin" '"reasonCode":"over-budget"'
expect "$(outcome "$request")" rejected 'rejected: over-budget'

say "Done. The trail: $url/v1/approval-requests/$request/history"
