import QtQuick
import "../theme"

Field {
    id: field
    property string shortcut: ""
    signal cleared

    iconName: "magnify"
    rightPadding: text ? Theme.touch : 64
    inputMethodHints: Qt.ImhNoPredictiveText
    Keys.onEscapePressed: { clear(); cleared() }

    IconButton {
        anchors { right: parent.right; verticalCenter: parent.verticalCenter }
        iconName: "close"
        text: qsTr("Clear the search")
        visible: field.text
        onClicked: { field.clear(); field.cleared(); field.forceActiveFocus() }
    }
    Rectangle {
        anchors { right: parent.right; rightMargin: 12; verticalCenter: parent.verticalCenter }
        border { color: Theme.line; width: 1 }
        color: Theme.sunken
        height: key.implicitHeight + 6
        radius: Theme.radiusSmall
        visible: !field.text && field.shortcut
        width: key.implicitWidth + 14
        AppText { id: key; anchors.centerIn: parent; font.pixelSize: Theme.small; muted: true; text: field.shortcut }
    }
}
