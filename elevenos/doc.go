// Package elevenos is a client of the ElevenOS Resident Management API v2: teams,
// sites, the units that WiFi can be given to, and residents, one by one and in
// bulk.
//
// Email and password of a Site Manager user are exchanged for a token, which all
// calls share and which is renewed before it expires, where the API says when
// that is, or once after a 401. They go to the token endpoint and nowhere else.
//
//	client, err := elevenos.NewClient(email, password)
//	residents := client.Site(teamID, siteID).Residents
//
// The API reports failures with status 200 as well: such an answer is a
// [*tenantry.Error] like any other.
//
// A bulk import goes from a CSV file, by [ReadCSV], through [CheckImport] and
// [ResidentsService.Import] to [ResidentsService.WaitImport]; the first two find
// all that is wrong at once, before anything is sent.
//
// What the quick start leaves open is taken as follows: an import's body is
// {"Residents": […]}; a job's result may be one object or a list of them, with
// success and failed anywhere inside, and is kept raw besides; a new resident is
// answered under Residents, under Resident, or bare.
//
// Upstream: "Resident Management API - Quick Start Guide".
package elevenos
