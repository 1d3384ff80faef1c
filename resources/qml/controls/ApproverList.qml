import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"

// The people who may approve something, one of them chosen.
ColumnLayout {
    id: list
    property var people: []
    property string chosen: ""
    signal picked(string id)

    spacing: 0
    Repeater {
        model: list.people
        ListRow {
            required property var modelData
            Layout.fillWidth: true
            Accessible.checked: chosen
            Accessible.role: Accessible.RadioButton
            chosen: list.chosen === modelData.id
            detail: Words.role(modelData.role)
            iconName: chosen ? "radiobox-marked" : "radiobox-blank"
            inset: 12
            title: modelData.name
            onClicked: list.picked(modelData.id)
        }
    }
    AppText { Layout.fillWidth: true; muted: true; text: qsTr("Nobody here may approve this."); visible: list.people.length === 0; wrapMode: Text.Wrap }
}
