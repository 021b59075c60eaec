# Receipts, statements and ways: sentences are put together from these parts, in this order. `{""}` keeps spaces at the ends.
say-end = .
say-list = {""}, {""}
say-and = {""} and {""}
say-plus = {""} and {""}
say-or = {""}, or {""}
say-none = none

way-more = { $gap } more { $what }
way-less = { $gap } less { $what } (now { $now })
way-other = { $what } { $op } { $needed } (now { $now })
way-by = { $way } by { $day }
ways-by = { $ways }, by { $day }

step-count = { $count } of { $needed }
step-done = done
step-missing = missing: { $ways }

rule-streak = { $rule }, in a row
rule-spend = spending
rule-benefit-use = use of a benefit
rule-adjust = adjustment by staff
rule-share = passed to another company
rule-pool = received from another company

tier-joined = { $track }: came in as { $to }
tier-rose = { $track }: rose from { $from } to { $to }
tier-kept = { $track }: reviewed and kept { $to }
tier-grace = { $track }: did not qualify to keep { $to }
tier-fell = { $track }: fell from { $from } to { $to }
tier-set-by-hand = { $track }: staff set { $to } (before: { $from })
tier-hand-ended = { $track }: what staff had set ({ $from }) ended; { $to } is in force again
tier-program-changed = { $track }: the program changed; { $from } is gone and { $to } takes its place
tier-because = {""}, because { $condition }; { $inputs }
tier-for-want = {""}, for want of { $condition }; { $inputs }
tier-kept-until = {""} It is kept until { $day }.
tier-in-force = {""} In force is { $tier }, set by staff: { $reason }.
tier-in-force-until = {""} In force is { $tier }, set by staff until { $day }: { $reason }.
tier-to-keep = {""} To keep it: { $ways }.
tier-next = {""} Next tier: { $ways }.

input = { $metric } { $value } ({ $window })
input-counted = { $metric } { $value } ({ $window }, { $counted })
window-ever = ever
window-days = { $from } to { $to }
counted-fact-one = { $count } fact
counted-fact = { $count } facts
counted-line-one = { $count } line
counted-line = { $count } lines

earned = Earned { $units }
earned-capped = {""} (the rule gave { $whole }; of the cap of { $cap }, { $used } had been used)
earned-by = {""} by { $formula }
earned-where = {""} where { $condition }
earned-inputs = ; { $inputs }
earned-held = ; held until { $until }
lapses = ; lapses { $time }

taken-back = Took back { $units }: { $parts }
taken-back-of = Took back { $units } earned by { $fact }: { $parts }
taken-back-held = { $amount } of what was held
taken-back-available = { $amount } of what was available
taken-back-expired = { $amount } of what had lapsed
taken-back-owed = { $amount } now owed
taken-back-waived = { $amount } let go

restored = { $units } came back: what was spent by { $fact } was undone
benefit-began = { $benefit } began, given by { $by }
benefit-ended = { $benefit } ended, because of { $by }
benefit-granted = { $benefit }: { $units } granted for { $period }{ $lapses }
benefit-disclosed = { $benefit }: disclosed that { $contact } received { $value }; { $total } of at most { $cap } in { $year }
noted = Noted: { $reason }

mission-window = { $mission } for { $window }
mission-undone = { $mission }: undone, because what it rested on was undone; its reward went back
mission-done = { $mission }: done
mission-steps = {""} ({ $steps })
mission-rewards = {""}, for { $rewards }
mission-streak = {""}, { $count } in a row

moved-spent = Spent { $units }
moved-reserved = Set aside { $units }
moved-committed = Spent what was set aside, { $units }
moved-cancelled = Freed what was set aside, { $units }
moved-adjusted = Staff adjusted { $units }
moved-shared-out = Passed on { $units }
moved-shared-in = Received { $units }
moved-lots = ; lots of { $lots }
moved-lots-more = ; lots of { $lots } and { $count } more

line-ruled = { $reason }: { $rule }
line-accrual = earned
line-release = free to spend
line-spend = spent
line-reserve = reserved
line-commit = reservation spent
line-cancel = reservation cancelled
line-timeout = reservation ended by itself
line-take-back = taken back
line-restore = given back
line-expiry = lapsed
line-adjustment = adjusted by staff
line-share-out = passed to another company
line-share-in = received from another company
