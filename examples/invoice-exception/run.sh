#!/usr/bin/env bash
# Invoices that do not match their orders: a system answers for the budget, small ones pass without a person, large ones
# go to two people, and what the system cannot tell is held. See ../kit.sh for url and key.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ../kit.sh

say '1. People and the definition'
change "$(person ap.ada 'Ada Klein')" "$(person ap.ben 'Ben Otieno')" "$(person ap.cat 'Cat Lund')" \
  "$(group payables ap.ben)" "$(role controller ap.cat)"
ben=$(id ap.ben) cat=$(id ap.cat)
publish definitions definition.yaml

# invoice NUMBER AMOUNT VARIANCE
invoice() {
  file "{\"definition\":\"invoice-exception\",\"requester\":\"ap.ada\",\"externalReference\":\"$1-$run\",\"fields\":{
    \"supplier\":\"Northwind Tools\",\"invoice\":\"$1\",\"amount\":{\"amount\":\"$2\",\"currency\":\"EUR\"},
    \"variance\":\"$3\",\"costCenter\":\"CC-104\"}}"
}
# answer REQUEST ANSWER: as the ERP would, for the revision that it was shown.
answer() {
  call POST "/v1/approval-requests/$1/checks/budget" "{\"answer\":\"$2\",\"reference\":\"ERP-$run\",\"revisionDigest\":\"$(revision "$1")\"}" >/dev/null
}

say '2. 320 EUR, 2 % too much: the budget is there, policy AP-4 lets it pass'
small=$(invoice INV-1 320.00 2)
answer "$small" pass
expect "$(outcome "$small")" approved 'approved; nobody was asked'
echo "   why: $(why "$small" choose-2 | text clause)"

say '3. 9,800 EUR, 8 % too much: payables, then controlling'
large=$(invoice INV-2 9800.00 8)
answer "$large" pass
decide "$large" payables "$ben" approve
decide "$large" controlling "$cat" approve
expect "$(outcome "$large")" approved 'approved by Ben and Cat'

say '4. The ERP cannot tell: nothing is approved, the request waits and says for what'
unknown=$(invoice INV-3 700.00 1)
answer "$unknown" unknown
expect "$(status "$unknown")" on_hold "on hold: $(why "$unknown" budget | text waitsFor)"
answer "$unknown" pass
decide "$unknown" payables "$ben" approve
expect "$(outcome "$unknown")" approved 'the ERP answered after all; Ben approved'

say '5. No budget: rejected, before anybody is asked'
none=$(invoice INV-4 700.00 1)
answer "$none" fail
expect "$(outcome "$none")" rejected 'rejected'

say "Done. The trail of the large invoice: $url/v1/approval-requests/$large/history"
