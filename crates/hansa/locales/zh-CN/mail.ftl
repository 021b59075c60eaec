mail-invitation-subject = Hansa 邀请函
mail-invitation-short = 【Hansa】您已受邀使用，请在 { $days } 天内设置密码：{ $link }
mail-invitation-action = 设置密码
mail-invitation-text =
    { $name }，您好：

    您已受邀使用 Hansa。请通过以下链接设置密码：

    { $link }

    链接在 { $days } 天内有效，仅可使用一次。
mail-new-password-subject = 设置新密码
mail-new-password-short = 【Hansa】请在 { $minutes } 分钟内设置新密码：{ $link } 如非本人操作，请忽略。
mail-new-password-action = 设置新密码
mail-new-password-text =
    { $name }，您好：

    我们收到了重置密码的请求。请通过以下链接设置新密码：

    { $link }

    链接在 { $minutes } 分钟内有效，仅可使用一次。如非本人操作，请忽略此邮件，您的密码不会改变。
mail-code-subject = 您的登录验证码
mail-code-short = 【Hansa】您的登录验证码是 { $code }，{ $minutes } 分钟内有效，请勿告知他人。
mail-code-text =
    { $name }，您好：

    您的登录验证码是 { $code }。

    验证码在 { $minutes } 分钟内有效，且仅可在申请时所用的设备上使用。请勿告知他人。如非本人操作，请忽略此邮件。
mail-password-changed-subject = 您的密码已更改
mail-password-changed-text =
    { $name }，您好：

    您的密码已更改，其他会话均已结束。如非本人操作，请立即重置密码并告知管理员。
mail-second-factor-changed-subject = 您的二次验证已变更
mail-second-factor-changed-text =
    { $name }，您好：

    您登录所用的二次验证已设置或取消。如非本人操作，请立即更改密码并告知管理员。
mail-sign-up-subject = 确认注册
mail-sign-up-action = 确认并设置密码
mail-sign-up-text =
    { $name }，您好：

    感谢您为 { $company } 注册。请通过以下链接确认邮箱并设置密码：

    { $link }

    链接在 { $days } 天内有效，仅可使用一次。如非本人操作，请忽略此邮件，我们不会保留任何信息。
mail-sign-up-code-subject = 您的注册验证码
mail-sign-up-code-short = 【Hansa】{ $company } 的注册验证码是 { $code }，{ $minutes } 分钟内有效，请勿告知他人。
mail-sign-up-code-text =
    { $name }，您好：

    { $company } 的注册验证码是 { $code }。

    验证码在 { $minutes } 分钟内有效，且仅可在申请时所用的设备上使用。如非本人操作，请忽略，我们不会保留任何信息。
mail-known-already-subject = 您已有账号
mail-known-already-short = 【Hansa】该手机号已有账号，请直接登录：{ $link }
mail-known-already-action = 登录
mail-known-already-text =
    { $name }，您好：

    有人（可能是您本人）使用此邮箱申请注册。此邮箱已有账号，请直接登录，或在登录页重置密码。

    { $link }

    如非本人操作，请忽略此邮件，您的账号没有任何变化。
mail-verified-subject = 企业认证已通过
mail-verified-text =
    { $name }，您好：

    { $company } 的企业认证已通过，相应权益可在会员门户查看。
mail-verification-refused-subject = 企业认证未通过
mail-verification-refused-short = 【Hansa】{ $company } 的认证未通过：{ $reason }
mail-verification-refused-text =
    { $name }，您好：

    { $company } 的企业认证未通过，原因如下：

    { $reason }

    您可以在会员门户申诉一次，或补充材料后重新申请。
mail-verification-lapsed-subject = 企业认证已到期
mail-verification-lapsed-text =
    { $name }，您好：

    { $company } 的企业认证已到期（认证或证件有效期届满），请在会员门户续期。
mail-identity-linked-subject = 已关联新的登录方式
mail-identity-linked-text =
    { $name }，您好：

    从现在起，您可以通过 { $provider } 登录。如果这不是您本人的操作，请在账户中解除关联、修改密码，并通知管理员。
mail-identity-unlinked-subject = 登录方式已解除
mail-identity-unlinked-text =
    { $name }，您好：

    您已关联的 { $provider } 身份不能再用于登录。如果这不是您本人的操作，请立即修改密码，并通知管理员。
mail-passkey-added-subject = 已添加通行密钥
mail-passkey-added-text =
    { $name }，您好：

    从现在起，您可以使用通行密钥“{ $passkey }”登录。如果这不是您本人的操作，请在账户中移除它、修改密码，并通知管理员。
mail-passkey-removed-subject = 通行密钥已移除
mail-passkey-removed-text =
    { $name }，您好：

    通行密钥“{ $passkey }”不能再用于登录。如果这不是您本人的操作，请立即修改密码，并通知管理员。
