//! What an athlete can do, fitted to or derived from efforts: critical power, W′bal, profiles, predictions.
