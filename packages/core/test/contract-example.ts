/** A definition that uses all of the language, with much that later versions carry out. */
export const contract = `definition: contract-approval
title: { en: Customer contract, de: Kundenvertrag }
number: CON-{year}-{seq}
limits:                                  # every threshold, once; finance edits here
  standardDeal: 10000 EUR
  freeDiscount: 5%
  pricedDiscount: 15%
money: { currency: EUR, rates: ecb, asOf: submission }
time: { zone: Europe/Berlin, calendar: de-office }
fields:
  customer:  { type: reference, to: party, required: true }
  tier:      { type: enum, of: [standard, enterprise], required: true }
  dealValue: { type: money, required: true }
  discount:  { type: percent, required: true }
  region:    { type: enum, of: [EMEA, AMER, APAC], required: true }
  signer:    { type: email, required: true, personal: true }   # personal: sealed in the ledger
documents:
  contract: { template: msa }
  annexes:  { many: true, accept: [pdf, docx] }
separate:                                # segregation of duties
  - never: [requester, submitter, beneficiary, editor]
  - different: [legal, finance, company]

route:                                   # until approved; only reads
  - generate: contract                   # first: people approve what will be signed
  - check: credit
    ask: erp.creditCheck
    with: { party: =customer }
    within: 1 hour
    else: { fail: reject, unknown: hold }
  - choose:
      - when: dealValue < limits.standardDeal && discount <= limits.freeDiscount
        pass: Standard terms, policy FIN-7
      - otherwise:
          - approve: legal
            by: { group: legal }
            reviews: [contract, annexes, dealValue]
            remind: [24 hours, 3 workdays]
            escalate: { after: 5 workdays, add: { role: general-counsel } }
          - parallel:
              - approve: finance
                when: discount > limits.pricedDiscount
                by: { matrix: pricing, amount: =dealValue, region: =region }
                reviews: [dealValue, discount]
              - approve: security
                when: tier == "enterprise"
                by: { group: security }
                need: 2
                reviews: [contract, annexes, tier]

fulfil:                                  # once approved; effects, in this order
  - sign: contract
    signers:
      - { as: customer, email: =signer, level: advanced }
      - { as: company, by: { role: signatory }, level: advanced, after: customer }
    within: 30 days
    declined: return
  - file: contract
    into: contracts/{region}/{customer.name}
  - write: crm.opportunity
    set: { status: Approved }
outcome:
  rejected:
    - write: crm.opportunity
      set: { status: Rejected, reason: =outcome.reason }
due: 10 workdays                         # promised
expire: 60 days                          # ended, if still undecided
retain: contracts
`;
