#!/usr/bin/env bash
# Invoices that do not match their orders: line items are added up, a system answers for the budget, small ones pass
# without a person, large ones go to two people, and what the system cannot tell is held. See ../kit.sh for url and key.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ../kit.sh

say '1. People and the definition'
change "$(person ap.ada 'Ada Klein')" "$(person ap.ben 'Ben Otieno')" "$(person ap.cat 'Cat Lund')" \
  "$(group payables ap.ben)" "$(role controller ap.cat)"
ben=$(id ap.ben) cat=$(id ap.cat)
publish definitions definition.yaml

# line ARTICLE QUANTITY ORDERED BILLED: one line item; what it comes to is computed.
line() {
  printf '{"article":"%s","quantity":"%s","ordered":{"amount":"%s","currency":"EUR"},"billed":{"amount":"%s","currency":"EUR"}}' "$@"
}
# body NUMBER LINES [MORE]: an invoice with these lines; MORE are further fields.
body() {
  printf '%s' "{\"definition\":\"invoice-exception\",\"requester\":\"ap.ada\",\"externalReference\":\"$1-$run\",\"fields\":{
    \"supplier\":\"Northwind Tools\",\"invoice\":\"$1\",\"cause\":\"price\",\"costCenter\":\"CC-104\",\"items\":[$2]${3:-}}}"
}
invoice() { file "$(body "$@")"; }
# money FIELD < JSON: the amount of a field.
money() { grep -o "\"$1\":{\"amount\":\"[^\"]*\"" | tail -n 1 | cut -d '"' -f 6; }
# answer REQUEST ANSWER: as the ERP would, for the revision that it was shown.
answer() {
  call POST "/v1/approval-requests/$1/checks/budget" "{\"answer\":\"$2\",\"reference\":\"ERP-$run\",\"revisionDigest\":\"$(revision "$1")\"}" >/dev/null
}

say '2. The form, and what is no invoice: a total that somebody typed, a line without a price'
call GET /v1/definitions/invoice-exception/form | text compute | sed 's/^/   an amount is computed: /'
typed=$(want=400 call POST /v1/approval-requests "$(body INV-0 "$(line Screws 1 1.00 1.00)" ',"total":{"amount":"1.00","currency":"EUR"}')")
expect "$(text field <<<"$typed")" fields.total "refused: $(text message <<<"$typed")"
bare=$(want=400 call POST /v1/approval-requests "$(body INV-0 "$(line Screws 1 1.00 1.00),{\"article\":\"Saw\"}")")
expect "$(text pointer <<<"$bare")" /fields/items/1/quantity 'refused, with the row and the column'

say '3. Two lines, 326.40 EUR in all, 2 % too much: the budget is there, policy AP-4 lets it pass'
small=$(invoice INV-1 "$(line Screws 64 3.00 3.10),$(line Saw 2 64.00 64.00)")
expect "$(request "$small" | money total)" 326.40 'nobody typed the total'
answer "$small" pass
expect "$(outcome "$small")" approved 'approved; nobody was asked'
echo "   why: $(why "$small" choose-2 | text clause)"

say '4. 9,800 EUR, 8 % too much in one line: payables, then controlling'
large=$(invoice INV-2 "$(line Lathe 1 9000.00 9720.00),$(line Oil 8 10.00 10.00)")
answer "$large" pass
decide "$large" payables "$ben" approve
decide "$large" controlling "$cat" approve
expect "$(outcome "$large")" approved 'approved by Ben and Cat'

say '5. The ERP cannot tell: nothing is approved, the request waits and says for what'
unknown=$(invoice INV-3 "$(line Paint 70 10.00 10.00)")
answer "$unknown" unknown
expect "$(status "$unknown")" on_hold "on hold: $(why "$unknown" budget | text waitsFor)"
answer "$unknown" pass
decide "$unknown" payables "$ben" approve
expect "$(outcome "$unknown")" approved 'the ERP answered after all; Ben approved'

say '6. No budget: rejected, before anybody is asked'
none=$(invoice INV-4 "$(line Paint 70 10.00 10.00)")
answer "$none" fail
expect "$(outcome "$none")" rejected 'rejected'

say "Done. The trail of the large invoice: $url/v1/approval-requests/$large/history"
