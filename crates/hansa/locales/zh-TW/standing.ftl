# 憑證、對帳單與達成途徑：句子由這些片段依序組成。`{""}` 保留首尾空格。
say-end = 。
say-list = ，
say-and = {" "}且{" "}
say-plus = 和
say-or = ，或{" "}
say-none = 無

way-more = { $what } 還差 { $gap }
way-less = { $what } 需減少 { $gap }（現為 { $now }）
way-other = { $what } { $op } { $needed }（現為 { $now }）
way-by = { $way }（截至 { $day }）
ways-by = { $ways }，截至 { $day }

step-count = { $count } / { $needed }
step-done = 已完成
step-missing = 還差：{ $ways }

rule-streak = { $rule }（連續達成）
rule-spend = 消費
rule-benefit-use = 使用權益
rule-adjust = 人工調整
rule-share = 轉給其他企業
rule-pool = 從其他企業轉入

tier-joined = { $track }：以{ $to }加入
tier-rose = { $track }：由{ $from }升為{ $to }
tier-kept = { $track }：複核後保留{ $to }
tier-grace = { $track }：未達到保留{ $to }的條件
tier-fell = { $track }：由{ $from }降為{ $to }
tier-set-by-hand = { $track }：人工設為{ $to }（先前為{ $from }）
tier-hand-ended = { $track }：人工設定的{ $from }已結束，恢復為{ $to }
tier-program-changed = { $track }：會員計劃已變更，{ $from }已取消，由{ $to }代替
tier-because = ，因為符合 { $condition }；{ $inputs }
tier-for-want = ，因為不符合 { $condition }；{ $inputs }
tier-kept-until = 保留至 { $day }。
tier-in-force = 目前生效的是人工設定的{ $tier }：{ $reason }。
tier-in-force-until = 目前生效的是人工設定的{ $tier }（至 { $day }）：{ $reason }。
tier-to-keep = 保級還需：{ $ways }。
tier-next = 升級還需：{ $ways }。

input = { $metric } { $value }（{ $window }）
input-counted = { $metric } { $value }（{ $window }，{ $counted }）
window-ever = 全部歷史
window-days = { $from } 至 { $to }
counted-fact-one = { $count } 筆事實
counted-fact = { $count } 筆事實
counted-line-one = { $count } 列明細
counted-line = { $count } 列明細

earned = 獲得 { $units }
earned-capped = （依規則為 { $whole }；上限 { $cap }，先前已用 { $used }）
earned-by = ，依 { $formula } 計算
earned-where = ，條件 { $condition }
earned-inputs = ；{ $inputs }
earned-held = ；凍結至 { $until }
lapses = ；{ $time } 到期

taken-back = 收回 { $units }：{ $parts }
taken-back-of = 收回 { $fact } 所得的 { $units }：{ $parts }
taken-back-held = 凍結部分 { $amount }
taken-back-available = 可用部分 { $amount }
taken-back-expired = 已到期部分 { $amount }
taken-back-owed = 轉為欠 { $amount }
taken-back-waived = 豁免 { $amount }

restored = 退回 { $units }：{ $fact } 的消費已撤銷
benefit-began = { $benefit }開始生效，由 { $by } 授予
benefit-ended = { $benefit }已終止，原因：{ $by }
benefit-granted = { $benefit }：{ $period } 發放 { $units }{ $lapses }
benefit-disclosed = { $benefit }：已揭露 { $contact } 獲得 { $value }；{ $year } 年累計 { $total }，上限 { $cap }
noted = 備註：{ $reason }

mission-window = { $mission }（{ $window }）
mission-undone = { $mission }：因所依據的事實被撤銷而取消，獎勵已收回
mission-done = { $mission }：已完成
mission-steps = （{ $steps }）
mission-rewards = ，獎勵 { $rewards }
mission-streak = ，連續 { $count } 次

moved-spent = 消費 { $units }
moved-reserved = 預留 { $units }
moved-committed = 使用預留的 { $units }
moved-cancelled = 釋放預留的 { $units }
moved-adjusted = 人工調整 { $units }
moved-shared-out = 轉出 { $units }
moved-shared-in = 轉入 { $units }
moved-lots = ；來自批次 { $lots }
moved-lots-more = ；來自批次 { $lots } 等另外 { $count } 批

line-ruled = { $reason }：{ $rule }
line-accrual = 獲得
line-release = 解凍可用
line-spend = 消費
line-reserve = 預留
line-commit = 預留轉消費
line-cancel = 取消預留
line-timeout = 預留到期自動釋放
line-take-back = 收回
line-restore = 退回
line-expiry = 到期
line-adjustment = 人工調整
line-share-out = 轉給其他企業
line-share-in = 從其他企業轉入
