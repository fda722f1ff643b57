/** The only door to the core. Screens import from here and know nothing of the host. */
import { Channel } from '@tauri-apps/api/core';
import { getCurrentWebview } from '@tauri-apps/api/webview';
import * as bound from './bindings';

export const commands = bound.commands;
/** As they are; names of this page's own follow. */
export type * from './bindings';

export type Status = bound.AppStatusView_Serialize;
export type Profile = bound.ProfileView;
export type Units = bound.Units;
export type Row = bound.ActivityRowView_Serialize;
export type Page = bound.ActivityPageView_Serialize;
export type Facets = bound.ActivityFacets_Serialize;
export type Activity = bound.ActivityView_Serialize;
export type RangeStats = bound.RangeStatsView_Serialize;
export type ZoneTimes = bound.ZoneTimesView_Serialize;
export type CurvePoint = bound.CurvePointView;
export type Progress = bound.ImportProgress_Serialize;
export type Item = bound.ImportItem_Serialize;
export type Report = bound.ImportReport;
export type PastImport = bound.ImportSummaryView_Serialize;
export type Setting = bound.SettingView;
export type SettingKind = bound.SettingKind;
export type Sex = bound.Sex;
export type SortKey = bound.SortKey;
export type Query = bound.ListQuery_Serialize;
export type Fitness = bound.FitnessView_Serialize;
export type FitnessModel = bound.FitnessModel_Serialize;
export type FitnessSport = bound.SportLoadView;
export type FitnessStanding = bound.StandingView_Serialize;
export type FitnessWeek = bound.WeekView_Serialize;
export type PlannedLoad = bound.PlannedLoadView;
export type TaperOutcome = bound.TaperOutcome;
export type TaperSearch = bound.TaperSearch;
export type Curve = bound.CurveView;
export type CurveChannel = bound.CurveChannel;
export type BestPoint = bound.BestPointView;
export type Accounts = bound.AccountsView_Serialize;
export type Hrv = bound.HrvView_Serialize;
export type Abilities = bound.AbilitiesView_Serialize;
export type CurveModel = bound.ModelView_Serialize;
export type CurveFit = bound.CpFit_Serialize;
export type CurveEstimate = bound.Estimate_Serialize;
export type FittedEffort = bound.FittedEffort;
export type EftpEstimate = bound.Eftp;
export type PowerProfile = bound.PowerProfile_Serialize;
export type PowerProfileEntry = bound.ProfileEntry;
export type Vo2maxEstimate = bound.Vo2max_Serialize;
export type RacePrediction = bound.Prediction_Serialize;
export type RunnerSpeeds = bound.TrainingSpeeds;
export type Work = bound.WorkView;
export type Analysis = bound.AnalysisView_Serialize;
export type ActivityCurve = bound.ActivityCurveView;
export type Balance = bound.BalanceView;
export type Climb = bound.Climb_Serialize;
export type Interval = bound.Interval_Serialize;
export type IntervalKind = bound.IntervalKind;
export type IntervalChange = bound.IntervalChange_Serialize;
export type IntervalEdit = bound.IntervalEdit_Serialize;
export type Finding = bound.Finding_Serialize;
export type Change = bound.Change_Serialize;
export type Repair = bound.Edit_Serialize;
export type SampleChannel = bound.SampleChannel;
export type Similar = bound.SimilarView_Serialize;
export type Quadrants = bound.Quadrants;
export type Quantity = bound.Quantity;
export type Wellness = bound.WellnessView_Serialize;
export type Track = bound.TrackView_Serialize;
export type BiometricKind = bound.BiometricKind;
export type MeasurementInput = bound.MeasurementInput_Deserialize;
export type Readiness = bound.Readiness_Serialize;
export type ReadinessPart = bound.Part;
export type MissingPart = bound.MissingPart;
export type Proposal = bound.ProposalView_Serialize;
export type WireError = bound.WireError;

/** A channel that hands messages of any kind to `listen`. */
export function channel<T>(listen: (message: T) => void): Channel<T> {
  const channel = new Channel<T>();
  channel.onmessage = listen;
  return channel;
}

/** A channel that hands progress messages to `listen`. */
export function progress(listen: (p: Progress) => void): Channel<bound.ImportProgress_Deserialize> {
  const channel = new Channel<bound.ImportProgress_Deserialize>();
  channel.onmessage = (message) => listen(message as Progress);
  return channel;
}

/** Calls `changed` whenever stored activities change; answers how to stop. */
export async function onActivitiesChanged(changed: () => void): Promise<() => void> {
  return bound.events.activitiesChanged.listen(changed);
}

/** Calls `told` while figures that became stale are made anew; over when both counts are equal. */
export async function onFiguresProgress(told: (work: Work) => void): Promise<() => void> {
  return bound.events.figuresProgress.listen(({ payload }) => told(payload));
}

/** Calls `changed` whenever the data are locked or unlocked; answers how to stop. */
export async function onLockChanged(changed: () => void): Promise<() => void> {
  return bound.events.lockChanged.listen(changed);
}

/** Files dragged over and dropped on the window, with absolute paths. */
export async function onDrop(over: (inside: boolean) => void, drop: (paths: string[]) => void) {
  return getCurrentWebview().onDragDropEvent((event) => {
    over(event.payload.type === 'enter' || event.payload.type === 'over');
    if (event.payload.type === 'drop') drop(event.payload.paths);
  });
}
