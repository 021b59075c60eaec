mail-invitation-subject = Hansa 邀請函
mail-invitation-short = 【Hansa】您已受邀使用，請在 { $days } 天內設定密碼：{ $link }
mail-invitation-action = 設定密碼
mail-invitation-text =
    { $name }，您好：

    您已受邀使用 Hansa。請透過以下連結設定密碼：

    { $link }

    連結在 { $days } 天內有效，僅可使用一次。
mail-new-password-subject = 設定新密碼
mail-new-password-short = 【Hansa】請在 { $minutes } 分鐘內設定新密碼：{ $link } 如非本人操作，請忽略。
mail-new-password-action = 設定新密碼
mail-new-password-text =
    { $name }，您好：

    我們收到了重設密碼的請求。請透過以下連結設定新密碼：

    { $link }

    連結在 { $minutes } 分鐘內有效，僅可使用一次。如非本人操作，請忽略此郵件，您的密碼不會改變。
mail-code-subject = 您的登入驗證碼
mail-code-short = 【Hansa】您的登入驗證碼是 { $code }，{ $minutes } 分鐘內有效，請勿告知他人。
mail-code-text =
    { $name }，您好：

    您的登入驗證碼是 { $code }。

    驗證碼在 { $minutes } 分鐘內有效，且僅可在申請時所用的裝置上使用。請勿告知他人。如非本人操作，請忽略此郵件。
mail-password-changed-subject = 您的密碼已變更
mail-password-changed-text =
    { $name }，您好：

    您的密碼已變更，其他工作階段均已結束。如非本人操作，請立即重設密碼並告知管理員。
mail-second-factor-changed-subject = 您的雙重驗證已變更
mail-second-factor-changed-text =
    { $name }，您好：

    您登入所用的雙重驗證已設定或取消。如非本人操作，請立即變更密碼並告知管理員。
mail-sign-up-subject = 確認註冊
mail-sign-up-action = 確認並設定密碼
mail-sign-up-text =
    { $name }，您好：

    感謝您為 { $company } 註冊。請透過以下連結確認信箱並設定密碼：

    { $link }

    連結在 { $days } 天內有效，僅可使用一次。如非本人操作，請忽略此郵件，我們不會保留任何資訊。
mail-sign-up-code-subject = 您的註冊驗證碼
mail-sign-up-code-short = 【Hansa】{ $company } 的註冊驗證碼是 { $code }，{ $minutes } 分鐘內有效，請勿告知他人。
mail-sign-up-code-text =
    { $name }，您好：

    { $company } 的註冊驗證碼是 { $code }。

    驗證碼在 { $minutes } 分鐘內有效，且僅可在申請時所用的裝置上使用。如非本人操作，請忽略，我們不會保留任何資訊。
mail-known-already-subject = 您已有帳號
mail-known-already-short = 【Hansa】該手機號碼已有帳號，請直接登入：{ $link }
mail-known-already-action = 登入
mail-known-already-text =
    { $name }，您好：

    有人（可能是您本人）使用此信箱申請註冊。此信箱已有帳號，請直接登入，或在登入頁重設密碼。

    { $link }

    如非本人操作，請忽略此郵件，您的帳號沒有任何變化。
mail-verified-subject = 企業認證已通過
mail-verified-text =
    { $name }，您好：

    { $company } 的企業認證已通過，相應權益可在會員入口查看。
mail-verification-refused-subject = 企業認證未通過
mail-verification-refused-short = 【Hansa】{ $company } 的認證未通過：{ $reason }
mail-verification-refused-text =
    { $name }，您好：

    { $company } 的企業認證未通過，原因如下：

    { $reason }

    您可以在會員入口申訴一次，或補充資料後重新申請。
mail-verification-lapsed-subject = 企業認證已到期
mail-verification-lapsed-text =
    { $name }，您好：

    { $company } 的企業認證已到期（認證或證件有效期屆滿），請在會員入口續期。
mail-identity-linked-subject = 已連結新的登入方式
mail-identity-linked-text =
    { $name }，您好：

    從現在起，您可以透過 { $provider } 登入。如果這不是您本人的操作，請在帳戶中解除連結、變更密碼，並通知管理員。
mail-identity-unlinked-subject = 登入方式已解除
mail-identity-unlinked-text =
    { $name }，您好：

    您已連結的 { $provider } 身分不能再用於登入。如果這不是您本人的操作，請立即變更密碼，並通知管理員。
mail-passkey-added-subject = 已新增通行金鑰
mail-passkey-added-text =
    { $name }，您好：

    從現在起，您可以使用通行金鑰「{ $passkey }」登入。如果這不是您本人的操作，請在帳戶中移除它、變更密碼，並通知管理員。
mail-passkey-removed-subject = 通行金鑰已移除
mail-passkey-removed-text =
    { $name }，您好：

    通行金鑰「{ $passkey }」不能再用於登入。如果這不是您本人的操作，請立即變更密碼，並通知管理員。
