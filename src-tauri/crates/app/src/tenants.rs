//! Tenants and athletes: which there are, which is on screen, who may do what,
//! and how they are copied, exported, imported and ended.

use crate::activities::unwritable;
use crate::app::valid_name;
use crate::import::now;
use crate::wire::{
    AthleteView, ImportedTenantView, MemberView, MembersView, ProfileView, RoleView, TenantInput,
    TenantProgress, TenantView, TransferKind, Units, UserView, iso,
};
use crate::{App, WireError};
use paceline_model::{AthleteId, Permission, Role, TenantId, UserId};
use paceline_store::{AuditEvent, Coach, Owner, Session, Transfer};
use paceline_vault::{KdfParams, Passphrase};
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;
use std::sync::atomic::Ordering;

fn id<T: std::str::FromStr>(what: &str, text: &str) -> Result<T, WireError> {
    text.parse().map_err(|_| WireError::NotFound {
        what: format!("The {what}"),
    })
}

pub(crate) fn athlete_id(text: &str) -> Result<AthleteId, WireError> {
    id("athlete", text)
}

fn progress(done: usize, total: usize) -> TenantProgress {
    let count = |n| u32::try_from(n).unwrap_or(u32::MAX);
    TenantProgress {
        done: count(done),
        total: count(total),
    }
}

/// The slow key of a file's passphrase, as slow as this machine can afford.
async fn slow_key() -> Result<KdfParams, WireError> {
    tokio::task::spawn_blocking(KdfParams::calibrated)
        .await
        .map_err(|e| WireError::internal(&e))?
        .map_err(Into::into)
}

impl App {
    pub(crate) async fn coach(&self) -> Result<Coach, WireError> {
        Ok(self.store()?.coach(&self.session()?).await?)
    }

    async fn owner(&self) -> Result<Owner, WireError> {
        Ok(self.store()?.owner(&self.session()?).await?)
    }

    /// The tenants the user belongs to.
    ///
    /// # Errors
    /// `locked`; those of the store.
    pub async fn tenants(&self) -> Result<Vec<TenantView>, WireError> {
        let now = self.session().ok();
        let rows = self.store()?.tenants().await?;
        Ok(rows
            .into_iter()
            .map(|t| {
                let current = now.is_some_and(|s| s.tenant() == t.id);
                TenantView {
                    id: t.id.to_string(),
                    name: t.name,
                    role: t.role,
                    current,
                    athletes: t
                        .athletes
                        .into_iter()
                        .map(|a| AthleteView {
                            id: a.id.to_string(),
                            name: a.name,
                            current: current && now.is_some_and(|s| s.athlete() == a.id),
                            sample: a.sample,
                        })
                        .collect(),
                }
            })
            .collect())
    }

    /// The table of permissions: each role and what it allows.
    #[must_use]
    pub fn roles() -> Vec<RoleView> {
        Role::ALL
            .into_iter()
            .map(|role| RoleView {
                role,
                allows: Permission::ALL
                    .into_iter()
                    .filter(|p| role.allows(*p))
                    .collect(),
            })
            .collect()
    }

    /// A new tenant with its first athlete, under a key of its own. Gives its id; it is not
    /// switched to.
    ///
    /// # Errors
    /// `validation` of the names; `noProfile` before the first run.
    pub async fn create_tenant(&self, input: TenantInput) -> Result<String, WireError> {
        let name = valid_name(&input.name)?;
        let athlete = valid_name(input.athlete.as_deref().unwrap_or(&name))?;
        self.session()?;
        let session = self
            .store()?
            .create_tenant(&name, &athlete, input.units.into(), now())
            .await?;
        Ok(session.tenant().to_string())
    }

    /// Shows another tenant, on the athlete that was looked at last there. An import or other work
    /// of the old one is cancelled; answers of before are stale.
    ///
    /// # Errors
    /// `notFound` for a tenant the user does not belong to.
    pub async fn switch_tenant(&self, tenant: &str) -> Result<ProfileView, WireError> {
        let session = self.store()?.session(id("tenant", tenant)?, None).await?;
        self.enter(session).await
    }

    /// Shows another athlete of the tenant on screen.
    ///
    /// # Errors
    /// `notFound` for an athlete the user does not reach.
    pub async fn switch_athlete(&self, athlete: &str) -> Result<ProfileView, WireError> {
        let tenant = self.session()?.tenant();
        let session = self
            .store()?
            .session(tenant, Some(athlete_id(athlete)?))
            .await?;
        self.enter(session).await
    }

    async fn enter(&self, session: Session) -> Result<ProfileView, WireError> {
        let before = self.session().ok();
        if before != Some(session) {
            self.cancel_import();
            self.inner.door.enter(session)?;
            self.inner.epoch.fetch_add(1, Ordering::Relaxed);
            self.inner.lately.clear();
        }
        let store = self.store()?;
        store.note_opened(&session, now()).await?;
        if before.is_none_or(|b| b.tenant() != session.tenant()) {
            store.audit(&session, &AuditEvent::Switch, now()).await?;
        }
        let profile = self.view().profile().await?;
        self.figures_are_stale();
        self.tell_changed().await?;
        Ok(profile)
    }

    /// Gives the tenant on screen another name.
    ///
    /// # Errors
    /// `validation` of the name; `forbidden` unless the user is an owner.
    pub async fn rename_tenant(&self, name: &str) -> Result<(), WireError> {
        let name = valid_name(name)?;
        self.owner().await?.rename(&name).await?;
        self.audit(AuditEvent::TenantRenamed { to: name }).await
    }

    /// One more athlete of the tenant on screen; gives their id. They are not switched to.
    ///
    /// # Errors
    /// `validation` of the name; `forbidden` unless the user may coach.
    pub async fn add_athlete(&self, name: &str, units: Units) -> Result<String, WireError> {
        let name = valid_name(name)?;
        let coach = self.coach().await?;
        let athlete = coach.add_athlete(&name, units.into(), now()).await?;
        Ok(athlete.to_string())
    }

    /// Copies or moves an athlete of the tenant on screen to another one of the user's.
    ///
    /// # Errors
    /// `forbidden` unless the user is an owner of both; `notFound`; `conflict` if the athlete is
    /// there, or while an import or a recalculation runs.
    pub async fn transfer_athlete(
        &self,
        athlete: &str,
        tenant: &str,
        how: TransferKind,
        mut told: impl FnMut(TenantProgress) + Send,
    ) -> Result<(), WireError> {
        let athlete = athlete_id(athlete)?;
        let store = self.store()?;
        let other = store.session(id("tenant", tenant)?, None).await?;
        let (from, to) = (self.owner().await?, store.owner(&other).await?);
        let _busy = self.alone()?;
        let session = self.session()?;
        let how = match how {
            TransferKind::Copy => Transfer::Copy,
            TransferKind::Move => Transfer::Move,
        };
        from.transfer(athlete, &to, how, now(), |done, total| {
            told(progress(done, total));
        })
        .await?;
        if how == Transfer::Move && session.athlete() == athlete {
            self.enter(store.session(session.tenant(), None).await?)
                .await?;
        }
        Ok(())
    }

    /// Nothing else that changes much at once.
    fn alone(&self) -> Result<tokio::sync::MutexGuard<'_, ()>, WireError> {
        self.inner.busy.try_lock().map_err(|_| WireError::Conflict {
            reason: "An import or a recalculation is running. Try again when it is done."
                .to_owned(),
        })
    }

    /// The members of the tenant on screen, and who could become one.
    ///
    /// # Errors
    /// `forbidden` unless the user is an owner.
    pub async fn members(&self) -> Result<MembersView, WireError> {
        let owner = self.owner().await?;
        let me = self.session()?.user();
        let others = owner.others().await?;
        Ok(MembersView {
            members: owner
                .members()
                .await?
                .into_iter()
                .map(|m| MemberView {
                    me: m.user == me,
                    user_id: m.user.to_string(),
                    name: m.name,
                    role: m.role,
                    athlete_id: m.athlete.map(|a| a.to_string()),
                    since: iso(m.since),
                })
                .collect(),
            others: others
                .into_iter()
                .map(|u| UserView {
                    user_id: u.id.to_string(),
                    name: u.name,
                })
                .collect(),
        })
    }

    /// Lets somebody with an account into the tenant on screen, or gives a member another role. Who
    /// comes as an athlete reaches `athlete` alone.
    ///
    /// # Errors
    /// `forbidden` unless the user is an owner; `notFound`; `validation` where an athlete is
    /// missing; `conflict` for the last owner.
    pub async fn put_member(
        &self,
        user: &str,
        role: Role,
        athlete: Option<&str>,
    ) -> Result<(), WireError> {
        let user: UserId = id("user", user)?;
        let athlete = athlete.map(athlete_id).transpose()?;
        if role.of_one_athlete() && athlete.is_none() {
            return Err(WireError::validation(
                "athleteId",
                "Say which of the athletes it is.",
            ));
        }
        let owner = self.owner().await?;
        Ok(owner.put_member(user, role, athlete, now()).await?)
    }

    /// Takes a member's access to the tenant on screen away.
    ///
    /// # Errors
    /// `forbidden` unless the user is an owner; `notFound`; `conflict` for the last owner.
    pub async fn remove_member(&self, user: &str) -> Result<(), WireError> {
        let user: UserId = id("user", user)?;
        Ok(self.owner().await?.remove_member(user, now()).await?)
    }

    /// Writes the tenant on screen whole to `path`, sealed under a passphrase.
    ///
    /// # Errors
    /// `forbidden` unless the user is an owner; `validation` of the passphrase; `conflict` while an
    /// import or a recalculation runs; `file` if it cannot be written.
    pub async fn export_tenant(
        &self,
        path: &Path,
        passphrase: &str,
        mut told: impl FnMut(TenantProgress) + Send,
    ) -> Result<(), WireError> {
        let passphrase = Passphrase::chosen(passphrase)
            .map_err(|e| WireError::validation("passphrase", e.to_string()))?;
        let owner = self.owner().await?;
        // Deleting activities meanwhile would take away what is yet to be written.
        let _busy = self.alone()?;
        let params = slow_key().await?;
        let mut beside = path.as_os_str().to_owned();
        beside.push(".part");
        let beside = std::path::PathBuf::from(beside);
        let failed = |error| unwritable(path, &error);
        let file = BufWriter::new(File::create(&beside).map_err(failed)?);
        let written = owner
            .export_tenant(file, passphrase, params, now(), |done, total| {
                told(progress(done, total));
            })
            .await;
        let done = match written {
            Ok(file) => file
                .into_inner()
                .map_err(std::io::IntoInnerError::into_error)
                .and_then(|file| file.sync_all())
                .and_then(|()| std::fs::rename(&beside, path))
                .map_err(failed),
            Err(error) => Err(error.into()),
        };
        if done.is_err() {
            // The half file is of no use to anybody.
            let _ = std::fs::remove_file(&beside);
        }
        done?;
        self.audit(AuditEvent::Export {
            what: "tenant".to_owned(),
        })
        .await
    }

    /// Reads a tenant out of a file that [`App::export_tenant`] wrote, as a new tenant of the
    /// user's; it is not switched to.
    ///
    /// # Errors
    /// `file` if it cannot be opened; `storage` for another passphrase, a damaged file or one of a
    /// newer version; `validation` of the name.
    pub async fn import_tenant(
        &self,
        path: &Path,
        passphrase: &str,
        name: Option<&str>,
        mut told: impl FnMut(TenantProgress) + Send,
    ) -> Result<ImportedTenantView, WireError> {
        let passphrase = Passphrase::typed(passphrase)
            .map_err(|e| WireError::validation("passphrase", e.to_string()))?;
        let name = name.map(valid_name).transpose()?;
        self.session()?;
        let _busy = self.alone()?;
        let file = File::open(path).map_err(|error| WireError::File {
            file_name: path.display().to_string(),
            reason: format!("It could not be opened: {error}."),
        })?;
        let done = self
            .store()?
            .import_tenant(
                BufReader::new(file),
                passphrase,
                name.as_deref(),
                now(),
                |done| told(progress(done, 0)),
            )
            .await?;
        Ok(ImportedTenantView {
            id: done.session.tenant().to_string(),
            name: done.name,
            activities: done.activities,
        })
    }

    /// Ends a tenant of the user's: its keys, rows and blobs. `name` must be its name, as a brake.
    /// If it is on screen, another one is shown afterwards.
    ///
    /// # Errors
    /// `validation` if the name is another; `forbidden` unless the user is an owner; `conflict` for
    /// the only tenant, or while an import or a recalculation runs.
    pub async fn delete_tenant(&self, tenant: &str, name: &str) -> Result<(), WireError> {
        let tenant: TenantId = id("tenant", tenant)?;
        let store = self.store()?;
        let there = store.tenants().await?;
        let row = there
            .iter()
            .find(|t| t.id == tenant)
            .ok_or_else(|| WireError::NotFound {
                what: "The tenant".to_owned(),
            })?;
        if row.name != name.trim() {
            return Err(WireError::validation(
                "name",
                "Write the name of the tenant exactly to delete it.",
            ));
        }
        let current = self.session()?;
        if current.tenant() == tenant {
            self.cancel_import();
        }
        let session = store.session(tenant, None).await?;
        let owner = store.owner(&session).await?;
        let _busy = self.alone()?;
        owner.delete_tenant(now()).await?;
        if current.tenant() == tenant
            && let Some(next) = store.first_session().await?
        {
            self.enter(next).await?;
        }
        Ok(())
    }
}
