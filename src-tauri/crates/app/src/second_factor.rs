//! The second factor: set up, asked for, renewed and taken away. Its sealed
//! state lies in the database and is replaced only as long as it is the one
//! that was read, so that one code serves one process once.

use crate::accounts::slowly;
use crate::app::locked;
use crate::wire::{EnrolmentView, RecoveryCodesView, Secret};
use crate::{App, WireError};
use paceline_model::UserId;
use paceline_store::Store;
use paceline_vault::{RecoveryCodes, SecondFactor, VaultError};
use std::sync::Arc;

/// A second factor that waits for its first code.
pub(crate) struct Enrolling {
    user: UserId,
    factor: SecondFactor,
    codes: RecoveryCodes,
}

fn shown(codes: RecoveryCodes) -> RecoveryCodesView {
    RecoveryCodesView {
        codes: codes.into_iter().map(Into::into).collect(),
    }
}

fn is_there() -> WireError {
    WireError::Conflict {
        reason: "There is a second factor already. Take it away first.".to_owned(),
    }
}

fn none_there() -> WireError {
    WireError::Conflict {
        reason: "There is no second factor. Set one up first.".to_owned(),
    }
}

impl App {
    /// A new second factor, in force once [`App::confirm_second_factor`] took its first code. Another
    /// one that was begun is forgotten.
    ///
    /// # Errors
    /// `validation` of the passphrase; `wait`; `conflict` if there is one, or no account; `locked`.
    pub async fn enrol_second_factor(
        &self,
        passphrase: Secret,
    ) -> Result<EnrolmentView, WireError> {
        self.confirm_passphrase(&passphrase).await?;
        let account = self.own_account()?;
        if self.store()?.second_factor().await?.is_some() {
            return Err(is_there());
        }
        let (factor, codes) = SecondFactor::enrol()?;
        let view = EnrolmentView {
            uri: factor.uri(&account.handle).into(),
            qr_svg: factor.qr_svg(&account.handle)?.into(),
            secret_text: factor.secret_text().into(),
        };
        *locked(&self.inner.accounts.enrolling) = Some(Enrolling {
            user: account.user,
            factor,
            codes,
        });
        Ok(view)
    }

    /// Puts the second factor in force with its first code. Gives ten recovery codes, this once.
    ///
    /// # Errors
    /// `validation` of the code, after which another may be tried; `conflict` if none was begun;
    /// `locked`.
    pub async fn confirm_second_factor(
        &self,
        code: Secret,
    ) -> Result<RecoveryCodesView, WireError> {
        let store = self.store()?;
        let keys = store.keys()?;
        let unix_s = self.inner.accounts.now().wall_ms / 1000;
        let (sealed, codes) = {
            let mut enrolling = locked(&self.inner.accounts.enrolling);
            let Some(begun) = enrolling.as_mut().filter(|e| e.user == store.user()) else {
                return Err(none_there());
            };
            let confirmed = begun
                .factor
                .confirm(keys.user_key(), code.expose(), unix_s)?;
            (confirmed, std::mem::take(&mut begun.codes))
        };
        locked(&self.inner.accounts.enrolling).take();
        if !store.swap_second_factor(None, Some(&sealed)).await? {
            return Err(is_there());
        }
        Ok(shown(codes))
    }

    /// Checks a code of either kind against the second factor in force and uses it up. Gives how many
    /// recovery codes are left.
    pub(crate) async fn check_code(
        &self,
        store: &Arc<Store>,
        code: &Secret,
    ) -> Result<u32, WireError> {
        let sealed = store.second_factor().await?.ok_or_else(none_there)?;
        let now = self.inner.accounts.now();
        let (keys, code, read) = (store.keys()?, code.clone(), sealed.clone());
        let (new, left) = slowly(move || {
            let digits = code.expose().chars().filter(|c| !c.is_whitespace());
            let of_authenticator =
                digits.clone().count() == 6 && digits.clone().all(|c| c.is_ascii_digit());
            let new = if of_authenticator {
                keys.check_code(&read, code.expose(), &now)?
            } else {
                keys.check_recovery_code(&read, code.expose(), &now)?
            };
            let left = SecondFactor::open(keys.user_key(), &new)?.recovery_codes_left();
            Ok((new, left))
        })
        .await?;
        if !store.swap_second_factor(Some(&sealed), Some(&new)).await? {
            // Another process was given a code at the same time; it may have been this one.
            return Err(VaultError::CodeUsed.into());
        }
        Ok(u32::try_from(left).unwrap_or(u32::MAX))
    }

    /// Replaces the recovery codes, for a code of either kind.
    ///
    /// # Errors
    /// `validation` of the code; `wait`; `conflict` if there is no second factor; `locked`.
    pub async fn renew_recovery_codes(&self, code: Secret) -> Result<RecoveryCodesView, WireError> {
        let store = self.store()?;
        self.check_code(&store, &code).await?;
        let sealed = store.second_factor().await?.ok_or_else(none_there)?;
        let keys = store.keys()?;
        let mut factor = SecondFactor::open(keys.user_key(), &sealed)?;
        let codes = factor.new_recovery_codes()?;
        let new = factor.seal(keys.user_key())?;
        if !store.swap_second_factor(Some(&sealed), Some(&new)).await? {
            return Err(VaultError::CodeUsed.into());
        }
        Ok(shown(codes))
    }

    /// Takes the second factor away, for the passphrase and a code of either kind.
    ///
    /// # Errors
    /// `validation` of passphrase or code; `wait`; `conflict` if there is none; `locked`.
    pub async fn disable_second_factor(
        &self,
        passphrase: Secret,
        code: Secret,
    ) -> Result<(), WireError> {
        let store = self.store()?;
        self.confirm_passphrase(&passphrase).await?;
        self.check_code(&store, &code).await?;
        let sealed = store.second_factor().await?.ok_or_else(none_there)?;
        if !store.swap_second_factor(Some(&sealed), None).await? {
            return Err(VaultError::CodeUsed.into());
        }
        Ok(())
    }
}
