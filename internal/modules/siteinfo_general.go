package modules

import (
	"context"
	"strconv"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/actionapi/format"
)

// Clients ask for the version of PHP and for how it runs, and want texts.
// There is no PHP here, so these are texts of that form that claim nothing.
const (
	phpVersion = "0.0.0"
	phpSAPI    = "go"
)

// What titles and links look like (MediaWiki: languages/messages/MessagesEn.php
// and includes/MainConfigSchema.php).
const (
	linkTrail              = `/^([a-z]+)(.*)$/sD`
	legalTitleCharacters   = ` %!"$&'()*,\-.\/0-9:;=?@A-Z\\^_` + "`" + `a-z~\x80-\xFF+`
	invalidNameCharacters  = "@:>"
	firstLetter            = "first-letter"
	fallback8BitEncoding   = "windows-1252"
	maxArticleSize         = 2 << 20
	maxUploadSize          = 100 << 20
	minUploadChunk         = 1 << 10
	galleryThumbnailPixels = 120
)

var (
	thumbnailWidths = []int64{120, 150, 180, 200, 250, 300}
	imageSizes      = [][2]int64{{320, 240}, {640, 480}, {800, 600}, {1024, 768}, {1280, 1024}, {2560, 2048}}
)

// general is what clients read first. The order of the keys is MediaWiki's.
func (s *site) general(_ context.Context, c *actionapi.Call, out format.Ref) error {
	o := out.Object("general")
	s.writeIdentity(o)
	s.writeLanguage(o)
	s.writeState(o)
	s.writePlace(o)
	o.String("time", isoTime(c.Now()))
	writeMedia(o)
	s.writeRest(o)
	return nil
}

func (s *site) writeIdentity(o format.Ref) {
	o.String("mainpage", s.MainPage)
	o.String("base", s.base)
	o.String("sitename", s.SiteName)
	o.Bool("mainpageisdomainroot", false)
	if s.logo != "" {
		o.String("logo", s.logo)
	}
	o.String("generator", s.Generator)
	o.String("phpversion", phpVersion)
	o.String("phpsapi", phpSAPI)
	o.String("dbtype", s.DBType)
	o.String("dbversion", s.DBVersion)
	o.Bool("imagewhitelistenabled", false)
}

func (s *site) writeLanguage(o format.Ref) {
	o.Bool("langconversion", true)
	o.Bool("linkconversion", true)
	o.Bool("titleconversion", true)
	o.String("linkprefixcharset", "")
	o.String("linkprefix", "")
	o.String("linktrail", linkTrail)
	o.String("legaltitlechars", legalTitleCharacters)
	o.String("invalidusernamechars", invalidNameCharacters)
	o.Bool("allunicodefixes", false)
	o.Bool("fixarabicunicode", true)
	o.Bool("fixmalayalamunicode", true)
	o.String("case", firstLetter)
	o.String("lang", s.Language)
	fallback := o.List("fallback", "lang")
	for _, code := range s.fallback {
		fallback.Object("").String("code", code)
	}
	o.Bool("rtl", s.rtl)
	o.String("fallback8bitEncoding", fallback8BitEncoding)
}

func (s *site) writeState(o format.Ref) {
	o.Bool("readonly", s.ReadOnly != "")
	if s.ReadOnly != "" {
		o.String("readonlyreason", s.ReadOnly)
	}
	o.Bool("writeapi", true)
	o.Int("maxarticlesize", maxArticleSize)
	o.String("timezone", "UTC")
	o.Int("timeoffset", 0)
}

func (s *site) writePlace(o format.Ref) {
	o.String("articlepath", s.ArticlePath)
	o.String("scriptpath", s.ScriptPath)
	o.String("script", s.ScriptPath+"/index.php")
	o.BCBool("variantarticlepath", false)
	o.String("server", s.Server)
	o.String("servername", s.ServerName)
	o.String("wikiid", s.WikiID)
}

func writeMedia(o format.Ref) {
	o.Bool("misermode", true)
	o.Bool("uploadsenabled", false)
	o.Int("maxuploadsize", maxUploadSize)
	o.Int("minuploadchunksize", minUploadChunk)
	gallery := o.Object("galleryoptions")
	gallery.Int("imagesPerRow", 0)
	gallery.Int("imageWidth", galleryThumbnailPixels)
	gallery.Int("imageHeight", galleryThumbnailPixels)
	gallery.Bool("captionLength", true)
	gallery.Bool("showBytes", true)
	gallery.Bool("showDimensions", true)
	gallery.String("mode", "traditional")
	thumbs := o.Numbered("thumblimits", "limit")
	for i, width := range thumbnailWidths {
		thumbs.Int(strconv.Itoa(i), width)
	}
	images := o.Numbered("imagelimits", "limit")
	for i, size := range imageSizes {
		image := images.Object(strconv.Itoa(i))
		image.Int("width", size[0])
		image.Int("height", size[1])
	}
}

func (s *site) writeRest(o format.Ref) {
	if s.favicon != "" {
		o.String("favicon", s.favicon)
	}
	o.String("centralidlookupprovider", localProvider)
	o.Strings("allcentralidlookupproviders", "", []string{localProvider})
	o.Bool("interwikimagic", true)
	links := o.Numbered("magiclinks", "")
	links.Bool("ISBN", false)
	links.Bool("PMID", false)
	links.Bool("RFC", false)
	o.String("categorycollation", "uppercase")
	o.Bool("nofollowlinks", true)
	o.List("nofollownsexceptions", "")
	o.Strings("nofollowdomainexceptions", "", []string{"mediawiki.org"})
	o.Bool("externallinktarget", false)
}
