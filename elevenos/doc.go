// Package elevenos is a client for the ElevenOS Resident Management API v2: teams,
// sites, the units that residents can be added to, and residents, one by one and
// in bulk.
//
// NewClient takes the email and password of a Site Manager user and exchanges
// them for a token, which all calls share. The client renews the token before it
// expires, if the API says when that is, and once after a 401. The password goes
// to the token endpoint only.
//
//	client, err := elevenos.NewClient(email, password)
//	residents := client.Site(teamID, siteID).Residents
//
// The API also reports failures with status 200. Such a response is a
// [*tenantry.Error] like any other.
//
// # A resident's life
//
// A resident is scheduled until their activation date, when ElevenOS emails them
// an invitation. They are pending until they have followed it, and only then
// does ElevenOS send them WiFi details. [ResidentsService.Terminate] makes them
// expired: for 31 days [ResidentsService.Update] can reactivate them, and their
// email can't be used again; then they are removed. [ResidentsService.Purge]
// removes them at once. Residents are identified by their email, which never
// changes.
//
// # Bulk imports
//
// [ReadCSV] reads a file and [CheckImport] compares it with the site; both report
// everything that is wrong at once, before anything is sent.
// [ResidentsService.Import] starts a job and returns its ID. Store the ID, then
// wait with [ResidentsService.WaitImport], in the same process or in another:
//
//	residents, err := elevenos.ReadCSV(file, elevenos.InLocation(siteLocation))
//	…
//	err = elevenos.CheckImport(residents, mappings)
//	…
//	jobID, err := site.Residents.Import(ctx, residents)
//	…
//	job, err := site.Residents.WaitImport(ctx, jobID)
//	var failed *elevenos.JobError
//	if errors.As(err, &failed) {
//		job.MatchRows(residents)
//		for _, item := range job.FailedItems {
//			fmt.Println(item.Row, item.Errors)
//		}
//	}
//
// Bulk actions work in the same way. [BulkResendInvites] and [BulkOnboardNow]
// email every resident they apply to.
//
// # Assumptions
//
// The quick start leaves some shapes open. This package assumes that the body of
// an import is {"Residents": […]}, and that a new resident is returned under
// Residents, under Resident, or as the response itself. It finds the residents
// of a job's result under success and failed, at any place, or in an array of
// two arrays, and keeps the result raw. A finished job counts as a success only
// if none failed and the job says for how many residents it succeeded; see
// [ResidentsService.WaitImport].
//
// Upstream: "Resident Management API - Quick Start Guide".
package elevenos
