#!/usr/bin/env bash
# Exceptions from a policy: who decides follows risk, region and exposure; an approval is for a time and under conditions;
# in an emergency the duty officer overrides, and is reviewed. See ../kit.sh for url and key.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
. ../kit.sh

say '1. People, the office hours, the matrix and the definition'
change "$(person pe.ula 'Ula Berg')" "$(person pe.loc 'Lou Carter')" "$(person pe.reg 'Rex Grant')" \
  "$(person pe.chi 'Chi Nakamura')" "$(person pe.bo1 'Bea Olsen')" "$(person pe.bo2 'Bob Ilves')" \
  "$(person pe.dut 'Dot Unger')" "$(role pe-local-risk pe.loc)" "$(role pe-regional-risk pe.reg)" \
  "$(role pe-chief-risk pe.chi)" "$(role pe-duty-officer pe.dut)" "$(group pe-board pe.bo1 pe.bo2)"
loc=$(id pe.loc) reg=$(id pe.reg) chi=$(id pe.chi) bo1=$(id pe.bo1) bo2=$(id pe.bo2) dut=$(id pe.dut)
publish calendars calendar.yaml
publish matrices matrix.yaml
publish definitions definition.yaml

# exception REFERENCE REGION RISK EXPOSURE
exception() {
  file "{\"definition\":\"policy-exception\",\"requester\":\"pe.ula\",\"externalReference\":\"$1-$run\",\"fields\":{
    \"policy\":\"SEC-12\",\"region\":\"$2\",\"risk\":\"$3\",\"exposure\":{\"amount\":\"$4\",\"currency\":\"EUR\"},
    \"justification\":\"The supplier cannot deliver before March.\"}}"
}

say '2. EMEA, low, 4,000 EUR: local risk, for a time and under a condition'
low=$(exception PE-LOW EMEA low 4000.00)
decide "$low" risk "$loc" approve "$loc" '"conditions":"Only with monthly scans.","validUntil":"2099-01-01T00:00:00Z"'
expect "$(outcome "$low")" approved "approved until $(request "$low" | text validUntil)"

say '3. EMEA, medium, 60,000 EUR: regional risk, and two of the board'
middle=$(exception PE-MIDDLE EMEA medium 60000.00)
decide "$middle" risk "$reg" approve
decide "$middle" board "$bo1" approve
expect "$(status "$middle")" in_review 'one of two is not enough'
decide "$middle" board "$bo2" approve
expect "$(outcome "$middle")" approved 'approved by two of the board'

say '4. APAC, low, 900 EUR: no row of the region, so the chief risk officer'
other=$(exception PE-APAC APAC low 900.00)
[ -n "$(place "$other" risk "$chi")" ] || fail 'Chi was not asked'
echo "   promised by $(request "$other" | text dueAt), in working days of the office"

say '5. An outage at night: the duty officer overrides, and is reviewed the next morning'
call POST "/v1/approval-requests/$other/steps/risk/override" "{\"reason\":\"outage\",\"revision\":\"$(revision "$other")\"}" "$dut" >/dev/null
expect "$(outcome "$other")" approved 'approved, and marked as overridden'
request "$other" | grep -q '"overridden":true' || fail 'the mark is missing'

say "Done. The trail: $url/v1/approval-requests/$other/history"
