// ReplayStore
