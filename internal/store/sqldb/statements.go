package sqldb

import "strings"

// statement names one of the prepared statements.
type statement int

// Statements that read.
const (
	accountByName statement = iota
	accountByID
	accountList
	accountListPrefix
	accountsByNames
	accountsByIDs
	pageUp
	pageDown
	editedUp
	editedDown
	membersUp
	membersDown
	headcount
	passwordByName
	botFind
	botListOwner
	botListAll
	sessionGet
	sessionListAll
	sessionListApp
	sessionListOwner
	sessionListOwnerApp
	flowGet
	placeLastUse
	handleOf
	handleOwner
	throttleLook
	auditHead
	auditPage
	auditList
	auditRefusals
	factorState
	factorKeys
	endOfReads
)

// Statements that write, or read in order to write.
const (
	accountExists statement = endOfReads + iota
	accountHasToken
	accountInsert
	accountSetLocked
	accountSetToken
	accountRename
	accountConfirmEmail
	accountDelete
	groupsOf
	groupRename
	groupDelete
	groupInsert
	blockDelete
	blockInsert
	passwordReplace
	passwordTemporary
	temporaryDeleteAll
	passwordUpgrade
	botInsert
	botUpdate
	botExists
	botUpgradeHash
	botUpgradeFormer
	botUsed
	botInvalidate
	botRestamp
	botDelete
	sessionPut
	sessionUpdate
	sessionDelete
	sessionDeleteOwner
	sessionDeleteOwnerApp
	sessionDeleteAll
	sessionDeleteSpent
	sessionSweep
	throttleTake
	throttleForget
	throttleGiveBack
	throttleSweep
	flowGetToTake
	flowHold
	flowReturn
	flowInsert
	flowDelete
	flowDeleteExpired
	flowDeleteAll
	flowSweep
	placeInsert
	placeUse
	placeTrim
	placeSweep
	handleInsert
	handleKept
	healthTurn
	auditChain
	auditInsert
	auditSeal
	auditOldest
	auditPrune
	factorExists
	factorInsert
	factorUpdate
	factorUsed
	factorDelete
	factorDeleteAll
	factorFlag
	factorCount
	factorCountFor
	factorFloor
	codeInsert
	codeCount
	codeDelete
	codeDeleteAll
	codeDeleteLone
	endOfStatements
)

const (
	joinAccount = ` LEFT JOIN account_block k ON k.account = a.id LEFT JOIN account_group g ON g.account = a.id`
	selectBot   = `SELECT owner, app, hash, stamp, grants, restrictions, created, expires,
		former_hash, former_stamp, former_ends, used, used_from FROM bot_password`
	listSession  = `SELECT id, kind, owner, app, created, expires, data FROM session WHERE (expires > ? OR expires = 0)`
	selectFlow   = `SELECT data FROM flow WHERE id = ? AND expires > ? AND length(holder) = 0`
	selectHandle = `SELECT handle FROM webauthn_handle WHERE account = ?`
	newestFirst  = ` ORDER BY created DESC, id LIMIT ?`
)

const (
	selectHead  = `SELECT anchor, anchor_hash, newest, newest_hash, key_id, code FROM audit_head WHERE id = 1`
	selectAudit = `SELECT seq, time, kind, result, reason, method, account, name, app, request, address, client, actor,
		times, details, hash FROM audit`
	// auditFilter takes each of its texts twice: empty, it selects all.
	auditFilter = `seq < ? AND (? = '' OR name = ? OR account = ?) AND (? = '' OR kind = ?) AND (? = '' OR request = ?)
		AND time >= ? AND time < ?`
)

var selectAccount = selectShort("a.id", "a.name", "a.real_name", "a.email", "a.email_confirmed", "a.registered",
	"a.edit_count", "a.token", "a.locked", "a.second_factor",
	"COALESCE(k.id, 0)", "COALESCE(k.by_name, '')", "COALESCE(k.by_id, 0)", "COALESCE(k.reason, '')",
	"COALESCE(k.created, 0)", "COALESCE(k.expires, 0)", "COALESCE(k.no_create, 0)", "COALESCE(k.partial, 0)",
	"COALESCE(k.anon_only, 0)",
	"COALESCE(g.pos, -1)", "COALESCE(g.name, '')", "COALESCE(g.expires, 0)")

// selectShort selects columns under names of one letter: a driver may copy
// every name for every query, and one letter costs it nothing.
func selectShort(columns ...string) string {
	for i, c := range columns {
		columns[i] = c + " AS " + string(rune('a'+i))
	}
	return "SELECT " + strings.Join(columns, ", ")
}

// What stands for Dialect.Texts and Dialect.Numbers in the texts below.
const (
	inTexts   = `{texts}`
	inNumbers = `{numbers}`
)

// The sources of a page. The arguments are the bounds of the names, the second
// of them outside; a group comes before them, and the present time and the
// fewest edits after them.
const (
	fromAll     = `account c WHERE c.name >= ? AND c.name < ?`
	fromEdited  = fromAll + ` AND c.edit_count > 0`
	fromMembers = `account_group m JOIN account c ON c.id = m.account WHERE m.name = ?
		AND m.account_name >= ? AND m.account_name < ? AND (m.expires = 0 OR m.expires > ?) AND c.edit_count >= ?`
)

// page is a statement that reads accounts of a source by their names. Its
// further arguments are the present time, the groups that no account may be
// in, and the limit.
func page(source, direction string) string {
	order := "c.name"
	if source == fromMembers {
		order = "m.account_name"
	}
	return selectAccount + ` FROM (SELECT c.* FROM ` + source + ` AND NOT EXISTS (SELECT 1 FROM account_group x
		WHERE x.account = c.id AND (x.expires = 0 OR x.expires > ?) AND x.name IN ` + inTexts + `)
		ORDER BY ` + order + direction + ` LIMIT ?) a` + joinAccount + ` ORDER BY a.name` + direction + `, g.pos`
}

// texts are the statements in the language all dialects share. The two that
// Dialect holds are empty here.
var texts = [endOfStatements]string{
	accountByName: selectAccount + ` FROM account a` + joinAccount + ` WHERE a.name = ? ORDER BY g.pos`,
	accountByID:   selectAccount + ` FROM account a` + joinAccount + ` WHERE a.id = ? ORDER BY g.pos`,
	accountList: selectAccount + ` FROM (SELECT * FROM account WHERE name >= ? ORDER BY name LIMIT ?) a` +
		joinAccount + ` ORDER BY a.name, g.pos`,
	accountListPrefix: selectAccount + ` FROM (SELECT * FROM account WHERE name >= ? AND name < ? ORDER BY name LIMIT ?) a` +
		joinAccount + ` ORDER BY a.name, g.pos`,
	accountsByNames: selectAccount + ` FROM account a` + joinAccount + ` WHERE a.name IN ` + inTexts + ` ORDER BY a.id, g.pos`,
	accountsByIDs:   selectAccount + ` FROM account a` + joinAccount + ` WHERE a.id IN ` + inNumbers + ` ORDER BY a.id, g.pos`,
	pageUp:          page(fromAll, ""),
	pageDown:        page(fromAll, " DESC"),
	editedUp:        page(fromEdited, ""),
	editedDown:      page(fromEdited, " DESC"),
	membersUp:       page(fromMembers, ""),
	membersDown:     page(fromMembers, " DESC"),
	headcount: `SELECT 0 AS a, '' AS b, COUNT(*) AS c FROM account
		UNION ALL SELECT 1, name, COUNT(*) FROM account_group WHERE expires = 0 OR expires > ? GROUP BY name`,
	passwordByName: selectAccount + `, a.password AS w, a.temporary AS x, a.temporary_made AS y FROM account a` +
		joinAccount + ` WHERE a.name = ? ORDER BY g.pos`,
	botFind: selectShort("a.id", "a.locked", "COALESCE(b.owner, 0)", "COALESCE(b.hash, '')", "COALESCE(b.stamp, '')",
		"COALESCE(b.grants, '')", "COALESCE(b.restrictions, '')", "COALESCE(b.created, 0)", "COALESCE(b.expires, 0)",
		"COALESCE(b.former_hash, '')", "COALESCE(b.former_stamp, '')", "COALESCE(b.former_ends, 0)") +
		` FROM account a LEFT JOIN bot_password b ON b.owner = a.id AND b.app = ? WHERE a.name = ?`,
	botListOwner: selectBot + ` WHERE owner = ? ORDER BY owner, app`,
	botListAll:   selectBot + ` ORDER BY owner, app`,
	sessionGet: selectShort("s.kind", "s.owner", "s.app", "s.created", "s.expires", "s.data",
		"COALESCE(a.id, 0)", "COALESCE(a.name, '')", "COALESCE(a.token, '')", "COALESCE(a.locked, 0)",
		"COALESCE(b.owner, 0)", "COALESCE(b.stamp, '')", "COALESCE(b.grants, '')", "COALESCE(b.restrictions, '')",
		"COALESCE(b.expires, 0)", "COALESCE(b.former_stamp, '')", "COALESCE(b.former_ends, 0)") + ` FROM session s LEFT JOIN account a ON a.id = s.owner
		LEFT JOIN bot_password b ON s.kind = 2 AND b.owner = s.owner AND b.app = s.app
		WHERE s.id = ? AND (s.expires > ? OR s.expires = 0)`,
	sessionListAll:      listSession + newestFirst,
	sessionListApp:      listSession + ` AND app = ?` + newestFirst,
	sessionListOwner:    listSession + ` AND owner = ?` + newestFirst,
	sessionListOwnerApp: listSession + ` AND owner = ? AND app = ?` + newestFirst,

	accountExists:   `SELECT COUNT(*) FROM account WHERE id = ?`,
	accountHasToken: `SELECT COUNT(*) FROM account WHERE id = ? AND ? IN ('', token)`,
	accountInsert: `INSERT INTO account (name, real_name, email, registered, password, token, edit_count)
		VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`,

	accountSetLocked: `UPDATE account SET locked = ? WHERE id = ?`,
	accountSetToken:  `UPDATE account SET token = ? WHERE id = ?`,
	accountRename:    `UPDATE account SET name = ? WHERE id = ?`,
	accountConfirmEmail: `UPDATE account SET email_confirmed = ?
		WHERE id = ? AND email = ? AND email <> '' AND email_confirmed = 0`,
	accountDelete: `DELETE FROM account WHERE id = ?`,
	groupsOf:      `SELECT name, expires FROM account_group WHERE account = ? ORDER BY pos`,
	groupRename:   `UPDATE account_group SET account_name = ? WHERE account = ?`,
	groupDelete:   `DELETE FROM account_group WHERE account = ?`,
	groupInsert: `INSERT INTO account_group (account, pos, name, expires, account_name)
		SELECT id, ?, ?, ?, name FROM account WHERE id = ?`,
	blockDelete: `DELETE FROM account_block WHERE account = ?`,
	blockInsert: `INSERT INTO account_block (account, by_name, by_id, reason, created, expires, no_create, partial, anon_only)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
	passwordReplace:    `UPDATE account SET password = ?, temporary = ?, temporary_made = ?, token = ? WHERE id = ? AND ? IN ('', token)`,
	passwordTemporary:  `UPDATE account SET temporary = ?, temporary_made = ? WHERE id = ?`,
	temporaryDeleteAll: `UPDATE account SET temporary = '', temporary_made = 0 WHERE temporary <> '' OR temporary_made <> 0`,
	passwordUpgrade:    `UPDATE account SET password = ? WHERE id = ? AND password = ?`,
	botInsert: `INSERT INTO bot_password (hash, stamp, grants, restrictions, created, expires,
		former_hash, former_stamp, former_ends, owner, app) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
	botUpdate: `UPDATE bot_password SET hash = ?, stamp = ?, grants = ?, restrictions = ?, created = ?, expires = ?,
		former_hash = ?, former_stamp = ?, former_ends = ? WHERE owner = ? AND app = ? AND stamp = ?`,
	botExists:      `SELECT COUNT(*) FROM bot_password WHERE owner = ? AND app = ?`,
	botUpgradeHash: `UPDATE bot_password SET hash = ? WHERE owner = ? AND app = ? AND hash = ? AND hash <> ''`,
	botUpgradeFormer: `UPDATE bot_password SET former_hash = ?
		WHERE owner = ? AND app = ? AND former_hash = ? AND former_hash <> ''`,
	botUsed:       `UPDATE bot_password SET used = ?, used_from = ? WHERE owner = ? AND app = ? AND used < ? AND created <= ?`,
	botInvalidate: `UPDATE bot_password SET hash = '', stamp = ?, former_hash = '', former_stamp = '', former_ends = 0 WHERE owner = ?`,
	botRestamp: `UPDATE bot_password SET stamp = ?, former_stamp = CASE former_stamp WHEN '' THEN '' ELSE ? END
		WHERE owner = ?`,
	botDelete:     `DELETE FROM bot_password WHERE owner = ? AND app = ?`,
	sessionUpdate: `UPDATE session SET kind = ?, owner = ?, app = ?, created = ?, expires = ?, data = ? WHERE id = ?`,
	sessionDelete: `DELETE FROM session WHERE id = ?`,

	sessionDeleteAll:      `DELETE FROM session WHERE kind <> 3`,
	sessionDeleteSpent:    `DELETE FROM session WHERE kind = 3`,
	sessionDeleteOwner:    `DELETE FROM session WHERE owner = ?`,
	sessionDeleteOwnerApp: `DELETE FROM session WHERE owner = ? AND app = ?`,
	sessionSweep: `DELETE FROM session WHERE id IN (SELECT id FROM
		(SELECT id FROM session WHERE expires > 0 AND expires <= ? ORDER BY expires LIMIT ?) x)`,
	throttleLook:     `SELECT bucket, taken FROM throttle WHERE bucket IN ` + inTexts + ` AND ends > ?`,
	throttleForget:   `DELETE FROM throttle WHERE bucket = ?`,
	throttleGiveBack: `UPDATE throttle SET taken = taken - 1 WHERE bucket = ? AND taken > 0`,
	throttleSweep: `DELETE FROM throttle WHERE bucket IN (SELECT bucket FROM
		(SELECT bucket FROM throttle WHERE ends <= ? ORDER BY ends LIMIT ?) x)`,

	flowGet:           selectFlow,
	flowGetToTake:     selectFlow,
	flowHold:          `UPDATE flow SET holder = ?, data = '' WHERE id = ?`,
	flowReturn:        `UPDATE flow SET holder = '', expires = ?, data = ? WHERE id = ? AND holder = ?`,
	flowInsert:        `INSERT INTO flow (id, holder, expires, data) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
	flowDelete:        `DELETE FROM flow WHERE id = ?`,
	flowDeleteExpired: `DELETE FROM flow WHERE id = ? AND expires <= ?`,
	flowDeleteAll:     `DELETE FROM flow`,
	flowSweep: `DELETE FROM flow WHERE id IN (SELECT id FROM
		(SELECT id FROM flow WHERE expires <= ? ORDER BY expires LIMIT ?) x)`,

	placeLastUse: `SELECT used FROM known_place WHERE account = ? AND place = ?`,
	placeInsert:  `INSERT INTO known_place (account, place, used) VALUES (?, ?, ?) ON CONFLICT (account, place) DO NOTHING`,
	placeUse:     `UPDATE known_place SET used = ? WHERE account = ? AND place = ? AND used < ?`,
	placeTrim: `DELETE FROM known_place WHERE account = ? AND place IN (SELECT place FROM
		(SELECT place FROM known_place WHERE account = ? ORDER BY used DESC, place LIMIT ? OFFSET ?) x)`,
	placeSweep: `DELETE FROM known_place WHERE (account, place) IN (SELECT account, place FROM
		(SELECT account, place FROM known_place WHERE used <= ? ORDER BY used LIMIT ?) x)`,
	handleOf:     selectHandle,
	handleKept:   selectHandle,
	handleOwner:  `SELECT account FROM webauthn_handle WHERE handle = ?`,
	handleInsert: `INSERT INTO webauthn_handle (handle, account) SELECT ?, id FROM account WHERE id = ? ON CONFLICT (account) DO NOTHING`,

	healthTurn: `UPDATE health SET turns = turns + 1 WHERE id = 1`,

	auditHead:     selectHead,
	auditChain:    selectHead,
	auditPage:     selectAudit + ` WHERE seq > ? ORDER BY seq LIMIT ?`,
	auditList:     selectAudit + ` WHERE ` + auditFilter + ` ORDER BY seq DESC LIMIT ?`,
	auditRefusals: selectAudit + ` WHERE request = ? AND result = 'refused' ORDER BY seq DESC LIMIT ?`,
	auditInsert: `INSERT INTO audit (seq, time, kind, result, reason, method, account, name, app, request, address,
		client, actor, times, details, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
	auditSeal:   `UPDATE audit_head SET anchor = ?, anchor_hash = ?, newest = ?, newest_hash = ?, key_id = ?, code = ? WHERE id = 1`,
	auditOldest: `SELECT seq, time, hash FROM audit WHERE seq > ? ORDER BY seq LIMIT ?`,
	auditPrune:  `DELETE FROM audit WHERE seq <= ?`,

	factorState: `SELECT 0 AS a, totp_counter AS b, '' AS c, '' AS d, '' AS e, 0 AS f, 0 AS g, x'' AS h FROM account WHERE id = ?
		UNION ALL SELECT 1, created, id, method, name, used, key_id, data FROM factor_device WHERE account = ?
		UNION ALL SELECT 2, 0, '', '', '', 0, key_id, sum FROM recovery_code WHERE account = ? ORDER BY a, b, c`,
	factorKeys: `SELECT key_id, COUNT(DISTINCT account) FROM (SELECT key_id, account FROM factor_device
		UNION ALL SELECT key_id, account FROM recovery_code) x GROUP BY key_id`,
	factorExists: `SELECT COUNT(*) FROM factor_device WHERE account = ?`,
	factorInsert: `INSERT INTO factor_device (id, account, method, name, created, used, key_id, data)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
	factorUpdate:    `UPDATE factor_device SET name = ?, used = ?, key_id = ?, data = ? WHERE id = ? AND account = ? AND data = ?`,
	factorUsed:      `UPDATE factor_device SET used = ? WHERE id = ?`,
	factorDelete:    `DELETE FROM factor_device WHERE id = ? AND account = ?`,
	factorDeleteAll: `DELETE FROM factor_device WHERE account = ?`,
	factorFlag: `UPDATE account SET second_factor = CASE WHEN EXISTS (SELECT 1 FROM factor_device WHERE account = ?)
		THEN 1 ELSE 0 END WHERE id = ?`,
	factorCount: `UPDATE account SET totp_counter = ? WHERE id = ? AND totp_counter < ?`,
	factorCountFor: `UPDATE account SET totp_counter = ? WHERE id = ? AND totp_counter < ?
		AND EXISTS (SELECT 1 FROM factor_device d WHERE d.id = ? AND d.account = account.id)`,
	factorFloor:   `UPDATE account SET totp_counter = ? WHERE second_factor = 1 AND totp_counter < ?`,
	codeInsert:    `INSERT INTO recovery_code (account, key_id, sum) VALUES (?, ?, ?)`,
	codeCount:     `SELECT COUNT(*) FROM recovery_code WHERE account = ?`,
	codeDelete:    `DELETE FROM recovery_code WHERE account = ? AND key_id = ? AND sum = ?`,
	codeDeleteAll: `DELETE FROM recovery_code WHERE account = ?`,
	codeDeleteLone: `DELETE FROM recovery_code WHERE account = ?
		AND NOT EXISTS (SELECT 1 FROM factor_device WHERE account = ?)`,
}
