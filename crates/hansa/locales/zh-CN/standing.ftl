# 凭证、对账单与达成途径：句子由这些片段依次拼成。`{""}` 保留首尾空格。
say-end = 。
say-list = ，
say-and = {" "}且{" "}
say-plus = 和
say-or = ，或{" "}
say-none = 无

way-more = { $what } 还差 { $gap }
way-less = { $what } 需减少 { $gap }（现为 { $now }）
way-other = { $what } { $op } { $needed }（现为 { $now }）
way-by = { $way }（截至 { $day }）
ways-by = { $ways }，截至 { $day }

step-count = { $count } / { $needed }
step-done = 已完成
step-missing = 还差：{ $ways }

rule-streak = { $rule }（连续达成）
rule-spend = 消费
rule-benefit-use = 使用权益
rule-adjust = 人工调整
rule-share = 转给其他企业
rule-pool = 从其他企业转入

tier-joined = { $track }：以{ $to }加入
tier-rose = { $track }：由{ $from }升为{ $to }
tier-kept = { $track }：复核后保留{ $to }
tier-grace = { $track }：未达到保留{ $to }的条件
tier-fell = { $track }：由{ $from }降为{ $to }
tier-set-by-hand = { $track }：人工设为{ $to }（此前为{ $from }）
tier-hand-ended = { $track }：人工设定的{ $from }已结束，恢复为{ $to }
tier-program-changed = { $track }：会员计划已变更，{ $from }已取消，由{ $to }代替
tier-because = ，因为满足 { $condition }；{ $inputs }
tier-for-want = ，因为不满足 { $condition }；{ $inputs }
tier-kept-until = 保留至 { $day }。
tier-in-force = 当前生效的是人工设定的{ $tier }：{ $reason }。
tier-in-force-until = 当前生效的是人工设定的{ $tier }（至 { $day }）：{ $reason }。
tier-to-keep = 保级还需：{ $ways }。
tier-next = 升级还需：{ $ways }。

input = { $metric } { $value }（{ $window }）
input-counted = { $metric } { $value }（{ $window }，{ $counted }）
window-ever = 全部历史
window-days = { $from } 至 { $to }
counted-fact-one = { $count } 条事实
counted-fact = { $count } 条事实
counted-line-one = { $count } 行明细
counted-line = { $count } 行明细

earned = 获得 { $units }
earned-capped = （按规则为 { $whole }；上限 { $cap }，此前已用 { $used }）
earned-by = ，按 { $formula } 计算
earned-where = ，条件 { $condition }
earned-inputs = ；{ $inputs }
earned-held = ；冻结至 { $until }
lapses = ；{ $time } 过期

taken-back = 收回 { $units }：{ $parts }
taken-back-of = 收回 { $fact } 所得的 { $units }：{ $parts }
taken-back-held = 冻结部分 { $amount }
taken-back-available = 可用部分 { $amount }
taken-back-expired = 已过期部分 { $amount }
taken-back-owed = 转为欠 { $amount }
taken-back-waived = 豁免 { $amount }

restored = 退回 { $units }：{ $fact } 的消费已撤销
benefit-began = { $benefit }开始生效，由 { $by } 授予
benefit-ended = { $benefit }已终止，原因：{ $by }
benefit-granted = { $benefit }：{ $period } 发放 { $units }{ $lapses }
benefit-disclosed = { $benefit }：已披露 { $contact } 获得 { $value }；{ $year } 年累计 { $total }，上限 { $cap }
noted = 备注：{ $reason }

mission-window = { $mission }（{ $window }）
mission-undone = { $mission }：因所依据的事实被撤销而取消，奖励已收回
mission-done = { $mission }：已完成
mission-steps = （{ $steps }）
mission-rewards = ，奖励 { $rewards }
mission-streak = ，连续 { $count } 次

moved-spent = 消费 { $units }
moved-reserved = 预留 { $units }
moved-committed = 使用预留的 { $units }
moved-cancelled = 释放预留的 { $units }
moved-adjusted = 人工调整 { $units }
moved-shared-out = 转出 { $units }
moved-shared-in = 转入 { $units }
moved-lots = ；来自批次 { $lots }
moved-lots-more = ；来自批次 { $lots } 等另外 { $count } 批

line-ruled = { $reason }：{ $rule }
line-accrual = 获得
line-release = 解冻可用
line-spend = 消费
line-reserve = 预留
line-commit = 预留转消费
line-cancel = 取消预留
line-timeout = 预留到期自动释放
line-take-back = 收回
line-restore = 退回
line-expiry = 过期
line-adjustment = 人工调整
line-share-out = 转给其他企业
line-share-in = 从其他企业转入
