package mirror

import "slices"

func workerMain() {}

func sortStrings(s []string) { slices.Sort(s) }
