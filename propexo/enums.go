package propexo

// CountryCode is a country by its code. Other values occur.
type CountryCode string

// Values of CountryCode.
const (
	CountryCodeUs CountryCode = "US"
	CountryCodeCa CountryCode = "CA"
)

// CountryName is a country by its name. Other values occur.
type CountryName string

// Values of CountryName.
const (
	CountryNameUnitedStates CountryName = "United States"
	CountryNameCanada       CountryName = "Canada"
)

// CountryUS is the one country that some writes take. Other values occur.
type CountryUS string

// Values of CountryUS.
const (
	CountryUSUs CountryUS = "US"
)

// Gender is a gender. Other values occur.
type Gender string

// Values of Gender.
const (
	GenderMale   Gender = "MALE"
	GenderFemale Gender = "FEMALE"
)

// IntegrationVendor is a property management system. Other values occur.
type IntegrationVendor string

// Values of IntegrationVendor.
const (
	IntegrationVendorSample2          IntegrationVendor = "SAMPLE2"
	IntegrationVendorBuildium         IntegrationVendor = "BUILDIUM"
	IntegrationVendorEntrata          IntegrationVendor = "ENTRATA"
	IntegrationVendorMri              IntegrationVendor = "MRI"
	IntegrationVendorPropertyware     IntegrationVendor = "PROPERTYWARE"
	IntegrationVendorPropertywareRest IntegrationVendor = "PROPERTYWARE_REST"
	IntegrationVendorRealpage         IntegrationVendor = "REALPAGE"
	IntegrationVendorRealpageRpx      IntegrationVendor = "REALPAGE_RPX"
	IntegrationVendorRentmanager      IntegrationVendor = "RENTMANAGER"
	IntegrationVendorRentvine         IntegrationVendor = "RENTVINE"
	IntegrationVendorResman           IntegrationVendor = "RESMAN"
	IntegrationVendorSample1          IntegrationVendor = "SAMPLE1"
)

// PhoneType is the kind of a phone number. Other values occur.
type PhoneType string

// Values of PhoneType.
const (
	PhoneTypeFax    PhoneType = "FAX"
	PhoneTypeHome   PhoneType = "HOME"
	PhoneTypeMobile PhoneType = "MOBILE"
	PhoneTypeOther  PhoneType = "OTHER"
	PhoneTypeWork   PhoneType = "WORK"
)

// PhoneTypeNoOther is the kind of a phone number, where a write takes no other kind. Other values occur.
type PhoneTypeNoOther string

// Values of PhoneTypeNoOther.
const (
	PhoneTypeNoOtherFax    PhoneTypeNoOther = "FAX"
	PhoneTypeNoOtherHome   PhoneTypeNoOther = "HOME"
	PhoneTypeNoOtherMobile PhoneTypeNoOther = "MOBILE"
	PhoneTypeNoOtherWork   PhoneTypeNoOther = "WORK"
)

// RentPeriod is how often rent is due. Other values occur.
type RentPeriod string

// Values of RentPeriod.
const (
	RentPeriodDaily   RentPeriod = "DAILY"
	RentPeriodMonthly RentPeriod = "MONTHLY"
	RentPeriodWeekly  RentPeriod = "WEEKLY"
)

// ResidentFileType is the kind of an attachment. Other values occur.
type ResidentFileType string

// Values of ResidentFileType.
const (
	ResidentFileTypeDocument ResidentFileType = "Document"
)

// ResidentType is the part that a resident has in a lease. Other values occur.
type ResidentType string

// Values of ResidentType.
const (
	ResidentTypePrimary   ResidentType = "PRIMARY"
	ResidentTypeSecondary ResidentType = "SECONDARY"
	ResidentTypeGuarantor ResidentType = "GUARANTOR"
	ResidentTypeOther     ResidentType = "OTHER"
)

// StateProvinceFull is a state or province. Other values occur.
type StateProvinceFull string

// Values of StateProvinceFull.
const (
	StateProvinceFullAb StateProvinceFull = "AB"
	StateProvinceFullBc StateProvinceFull = "BC"
	StateProvinceFullMb StateProvinceFull = "MB"
	StateProvinceFullNb StateProvinceFull = "NB"
	StateProvinceFullNl StateProvinceFull = "NL"
	StateProvinceFullNt StateProvinceFull = "NT"
	StateProvinceFullNs StateProvinceFull = "NS"
	StateProvinceFullNu StateProvinceFull = "NU"
	StateProvinceFullOn StateProvinceFull = "ON"
	StateProvinceFullPe StateProvinceFull = "PE"
	StateProvinceFullQc StateProvinceFull = "QC"
	StateProvinceFullSk StateProvinceFull = "SK"
	StateProvinceFullYt StateProvinceFull = "YT"
	StateProvinceFullAl StateProvinceFull = "AL"
	StateProvinceFullAk StateProvinceFull = "AK"
	StateProvinceFullAs StateProvinceFull = "AS"
	StateProvinceFullAz StateProvinceFull = "AZ"
	StateProvinceFullAr StateProvinceFull = "AR"
	StateProvinceFullAa StateProvinceFull = "AA"
	StateProvinceFullAe StateProvinceFull = "AE"
	StateProvinceFullAp StateProvinceFull = "AP"
	StateProvinceFullCa StateProvinceFull = "CA"
	StateProvinceFullCo StateProvinceFull = "CO"
	StateProvinceFullCt StateProvinceFull = "CT"
	StateProvinceFullDe StateProvinceFull = "DE"
	StateProvinceFullDc StateProvinceFull = "DC"
	StateProvinceFullFl StateProvinceFull = "FL"
	StateProvinceFullGa StateProvinceFull = "GA"
	StateProvinceFullGu StateProvinceFull = "GU"
	StateProvinceFullHi StateProvinceFull = "HI"
	StateProvinceFullID StateProvinceFull = "ID"
	StateProvinceFullIl StateProvinceFull = "IL"
	StateProvinceFullIn StateProvinceFull = "IN"
	StateProvinceFullIa StateProvinceFull = "IA"
	StateProvinceFullKs StateProvinceFull = "KS"
	StateProvinceFullKy StateProvinceFull = "KY"
	StateProvinceFullLa StateProvinceFull = "LA"
	StateProvinceFullMe StateProvinceFull = "ME"
	StateProvinceFullMd StateProvinceFull = "MD"
	StateProvinceFullMa StateProvinceFull = "MA"
	StateProvinceFullMi StateProvinceFull = "MI"
	StateProvinceFullMn StateProvinceFull = "MN"
	StateProvinceFullMs StateProvinceFull = "MS"
	StateProvinceFullMo StateProvinceFull = "MO"
	StateProvinceFullMt StateProvinceFull = "MT"
	StateProvinceFullNe StateProvinceFull = "NE"
	StateProvinceFullNv StateProvinceFull = "NV"
	StateProvinceFullNh StateProvinceFull = "NH"
	StateProvinceFullNj StateProvinceFull = "NJ"
	StateProvinceFullNm StateProvinceFull = "NM"
	StateProvinceFullNy StateProvinceFull = "NY"
	StateProvinceFullNc StateProvinceFull = "NC"
	StateProvinceFullNd StateProvinceFull = "ND"
	StateProvinceFullMp StateProvinceFull = "MP"
	StateProvinceFullOh StateProvinceFull = "OH"
	StateProvinceFullOk StateProvinceFull = "OK"
	StateProvinceFullOr StateProvinceFull = "OR"
	StateProvinceFullPa StateProvinceFull = "PA"
	StateProvinceFullPr StateProvinceFull = "PR"
	StateProvinceFullRi StateProvinceFull = "RI"
	StateProvinceFullSc StateProvinceFull = "SC"
	StateProvinceFullSd StateProvinceFull = "SD"
	StateProvinceFullTn StateProvinceFull = "TN"
	StateProvinceFullTx StateProvinceFull = "TX"
	StateProvinceFullUm StateProvinceFull = "UM"
	StateProvinceFullUt StateProvinceFull = "UT"
	StateProvinceFullVt StateProvinceFull = "VT"
	StateProvinceFullVi StateProvinceFull = "VI"
	StateProvinceFullVa StateProvinceFull = "VA"
	StateProvinceFullWa StateProvinceFull = "WA"
	StateProvinceFullWv StateProvinceFull = "WV"
	StateProvinceFullWi StateProvinceFull = "WI"
	StateProvinceFullWy StateProvinceFull = "WY"
)
