import QtQuick
import "../theme"

// Says what was done and offers to undo it, for eight seconds.
Rectangle {
    id: toast
    property string text: ""
    property bool shown: false
    signal undone
    signal expired

    color: Theme.ink
    implicitHeight: Theme.touch + 8
    implicitWidth: row.implicitWidth + 32
    opacity: shown ? 1 : 0
    radius: Theme.radius
    visible: opacity > 0
    Accessible.name: text
    Accessible.role: Accessible.AlertMessage
    Behavior on opacity { NumberAnimation { duration: Theme.fast } }
    Row {
        id: row
        anchors.centerIn: parent
        spacing: 16
        AppText { anchors.verticalCenter: parent.verticalCenter; color: Theme.canvas; text: toast.text }
        ActionButton { text: qsTr("Undo"); variant: "secondary"; onClicked: toast.undone() }
    }
    Timer { interval: 8000; running: toast.shown; onTriggered: toast.expired() }
}
