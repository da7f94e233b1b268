// AdapterStore
