mail-invitation-subject = Your invitation to Hansa
mail-invitation-short = Hansa: you are invited. Choose your password within { $days } days: { $link }
mail-invitation-action = Choose a password
mail-invitation-text =
    Hello { $name },

    you have been invited to Hansa. Choose your password here:

    { $link }

    The link is good for { $days } days and can be used once.
mail-new-password-subject = Choose a new password
mail-new-password-short = Hansa: choose a new password within { $minutes } minutes: { $link } If it was not you, do nothing.
mail-new-password-action = Choose a new password
mail-new-password-text =
    Hello { $name },

    somebody, probably you, has asked for a new password. Choose it here:

    { $link }

    The link is good for { $minutes } minutes and can be used once. If it was not you, do nothing: your password stays as it is.
mail-code-subject = Your code for signing in
mail-code-short = Hansa: your code for signing in is { $code }, good for { $minutes } minutes. Do not give it to anybody.
mail-code-text =
    Hello { $name },

    your code for signing in is { $code }.

    It is good for { $minutes } minutes, on the device on which you asked for it. Do not give it to anybody. If it was not you who asked, do nothing.
mail-password-changed-subject = Your password was changed
mail-password-changed-text =
    Hello { $name },

    your password was changed, and every other session was ended. If it was not you, ask for a new password at once and tell your administrator.
mail-second-factor-changed-subject = Your second factor was changed
mail-second-factor-changed-text =
    Hello { $name },

    the second factor of your sign-in was set up or taken away. If it was not you, change your password at once and tell your administrator.
mail-sign-up-subject = Confirm your sign-up
mail-sign-up-action = Confirm and choose a password
mail-sign-up-text =
    Hello { $name },

    thank you for signing up { $company }. Confirm your address and choose your password here:

    { $link }

    The link is good for { $days } days and can be used once. If it was not you, do nothing: nothing is kept.
mail-sign-up-code-subject = Your code for signing up
mail-sign-up-code-short = Hansa: your code to sign up { $company } is { $code }, good for { $minutes } minutes. Do not give it to anybody.
mail-sign-up-code-text =
    Hello { $name },

    your code to sign up { $company } is { $code }.

    It is good for { $minutes } minutes, on the device on which you asked for it. If it was not you, do nothing: nothing is kept.
mail-known-already-subject = You have an account already
mail-known-already-short = Hansa: this number has an account already. Sign in here: { $link }
mail-known-already-action = Sign in
mail-known-already-text =
    Hello { $name },

    somebody, probably you, wanted to sign up with this address. It has an account already: sign in here, or ask there for a new password.

    { $link }

    If it was not you, do nothing: nothing was changed.
mail-verified-subject = Your enterprise is verified
mail-verified-text =
    Hello { $name },

    the verification of { $company } was approved. What it unlocks is in your portal.
mail-verification-refused-subject = Your verification was not approved
mail-verification-refused-short = Hansa: the verification of { $company } was not approved: { $reason }
mail-verification-refused-text =
    Hello { $name },

    the verification of { $company } was not approved. The reason given:

    { $reason }

    You can appeal once, or send what was missing with a new application, in your portal.
mail-verification-lapsed-subject = Your verification has lapsed
mail-verification-lapsed-text =
    Hello { $name },

    the verification of { $company } has lapsed, because its time or that of a document is over. Renew it in your portal.
mail-identity-linked-subject = Another way to sign in was linked
mail-identity-linked-text =
    Hello { $name },

    you can sign in with { $provider } from now on. If it was not you who linked it, take it away in your account, change your password and tell your administrator.
mail-identity-unlinked-subject = A way to sign in was taken away
mail-identity-unlinked-text =
    Hello { $name },

    you can no longer sign in with the identity at { $provider } that you had linked. If it was not you, change your password at once and tell your administrator.
mail-passkey-added-subject = A passkey was added
mail-passkey-added-text =
    Hello { $name },

    you can sign in with the passkey “{ $passkey }” from now on. If it was not you who added it, take it away in your account, change your password and tell your administrator.
mail-passkey-removed-subject = A passkey was taken away
mail-passkey-removed-text =
    Hello { $name },

    you can no longer sign in with the passkey “{ $passkey }”. If it was not you, change your password at once and tell your administrator.
