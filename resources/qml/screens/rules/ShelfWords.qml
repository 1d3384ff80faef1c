import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// Category words that no shelf takes, and the shop's own words for shelves.
Panel {
    id: panel
    required property var vm

    title: qsTr("Category words that no shelf takes")
    AppText { Layout.fillWidth: true; muted: true; text: qsTr("Every category has its shelf."); visible: panel.vm.unplaced.length === 0; wrapMode: Text.Wrap }
    Repeater {
        model: panel.vm.unplaced
        ListRow {
            id: loose
            required property var modelData
            Layout.fillWidth: true
            detail: qsTr("%n product(s)", "", modelData.count)
            enabled: !!modelData.word
            iconName: "shape-outline"
            inset: 0
            title: modelData.words || qsTr("Without a category: give them one at the system")
            trailing: Icon { name: "chevron-right"; visible: !!loose.modelData.word }
            onClicked: panel.vm.place(modelData)
        }
    }
    AppText { Layout.fillWidth: true; Layout.topMargin: 8; strong: true; text: qsTr("Our own words"); visible: panel.vm.words.length > 0; wrapMode: Text.Wrap }
    Repeater {
        model: panel.vm.words
        RowLayout {
            id: own
            required property var modelData
            Layout.fillWidth: true
            AppText { Layout.fillWidth: true; text: own.modelData.word + "  →  " + own.modelData.shelf; wrapMode: Text.Wrap }
            IconButton { iconName: "close"; text: qsTr("Forget %1").arg(own.modelData.word); onClicked: panel.vm.forget_word(own.modelData.word) }
        }
    }
}
