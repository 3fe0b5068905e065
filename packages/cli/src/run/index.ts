/**
 * What plans do: one file per plan, thin, on top of the engine, the server and the reports.
 * May touch files, the store, the network and signals. May not read arguments or the environment.
 */
