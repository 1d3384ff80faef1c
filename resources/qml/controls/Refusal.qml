import QtQuick
import "../theme"

// Why something was refused, in line, in the words of its code or of the error itself.
Banner {
    property var refusal: ({})
    readonly property string code: refusal.code || ""

    detail: refusal.next_step || ""
    // What nobody has put on a shelf: whoever may goes there at once.
    action: code === "limit_unknown" && app.may_enter("rules") ? qsTr("Rules") : ""
    onActed: app.go("rules")
    meaning: "problem"
    title: Words.known(code) ? Words.reason(code) : refusal.message || ""
    visible: code !== ""
}
