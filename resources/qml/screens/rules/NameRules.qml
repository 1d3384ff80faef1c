import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// Each rule on or off, and the shop's own words.
Panel {
    id: panel
    required property var vm
    readonly property var draft: vm.draft

    title: qsTr("What is done to names")
    CheckRow { Layout.fillWidth: true; detail: qsTr("Off: names stay as each system writes them."); on: !!panel.draft.names; title: qsTr("Clean up names"); onClicked: panel.vm.change("names", !on) }
    ColumnLayout {
        Layout.fillWidth: true
        Layout.leftMargin: 16
        enabled: !!panel.draft.names
        opacity: enabled ? 1 : 0.6
        spacing: 8
        CheckRow { Layout.fillWidth: true; detail: qsTr("Odd spaces, dashes, quotes, invisible marks"); on: !!panel.draft.characters; title: qsTr("Make characters plain"); onClicked: panel.vm.change("characters", !on) }
        CheckRow { Layout.fillWidth: true; detail: qsTr("Only names without a small letter"); on: !!panel.draft.capitals; title: qsTr("Write capitals as words"); onClicked: panel.vm.change("capitals", !on) }
        CheckRow { Layout.fillWidth: true; detail: qsTr("Where the name begins with it"); on: !!panel.draft.brand; title: qsTr("Take the brand off the name"); onClicked: panel.vm.change("brand", !on) }
        AppText { Layout.fillWidth: true; strong: true; text: qsTr("Words taken off the front, with commas"); wrapMode: Text.Wrap }
        Field { Layout.fillWidth: true; label: qsTr("Prefixes"); text: (panel.draft.prefixes || []).join(", "); onEditingFinished: panel.vm.change_words("prefixes", text) }
        AppText { Layout.fillWidth: true; strong: true; text: qsTr("Words taken off the end, with commas"); wrapMode: Text.Wrap }
        Field { Layout.fillWidth: true; label: qsTr("Suffixes"); text: (panel.draft.suffixes || []).join(", "); onEditingFinished: panel.vm.change_words("suffixes", text) }
    }
    CheckRow { Layout.fillWidth: true; detail: qsTr("Strain and potencies that a text states"); on: !!panel.draft.attributes; title: qsTr("Read facts from texts"); onClicked: panel.vm.change("attributes", !on) }
    AppText { Layout.fillWidth: true; strong: true; text: qsTr("Put goods on our shelves"); wrapMode: Text.Wrap }
    Flow {
        Layout.fillWidth: true
        spacing: 8
        Repeater {
            model: [
                { code: "stated", words: qsTr("Where facts are stated") },
                { code: "all", words: qsTr("Always") },
                { code: "none", words: qsTr("Never") }
            ]
            Chip { required property var modelData; chosen: panel.draft.shelves === modelData.code; text: modelData.words; onClicked: panel.vm.change("shelves", modelData.code) }
        }
    }
}
