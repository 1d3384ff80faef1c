import QtQuick
import "../theme"

// Asks in place before something that cannot be undone.
Item {
    id: confirm
    property string text: ""
    property string question: ""
    property bool asking: false
    signal confirmed

    implicitHeight: asking ? asked.implicitHeight : button.implicitHeight
    implicitWidth: asking ? asked.implicitWidth : button.implicitWidth
    ActionButton {
        id: button
        anchors.right: parent.right
        text: confirm.text
        variant: "danger"
        visible: !confirm.asking
        onClicked: { confirm.asking = true; no.forceActiveFocus() }
    }
    Row {
        id: asked
        anchors.right: parent.right
        spacing: 8
        visible: confirm.asking
        AppText { height: Theme.touch; text: confirm.question }
        ActionButton { id: no; text: qsTr("Keep"); onClicked: confirm.asking = false }
        ActionButton { text: confirm.text; variant: "danger"; onClicked: { confirm.asking = false; confirm.confirmed() } }
    }
}
