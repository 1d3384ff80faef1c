import QtQuick
import QtQuick.Layouts
import "../theme"

// Something to know, said in line: what happened, what to do, one way to do it.
Rectangle {
    id: banner
    property string meaning: "attention"
    property string title: ""
    property string detail: ""
    property string action: ""
    property bool closable: false
    signal acted
    signal closed

    color: Theme.meaningSoft(meaning)
    implicitHeight: row.implicitHeight + 20
    radius: Theme.radius
    Accessible.name: title + " " + detail
    Accessible.role: Accessible.AlertMessage
    RowLayout {
        id: row
        anchors { left: parent.left; right: parent.right; verticalCenter: parent.verticalCenter; leftMargin: 14; rightMargin: 8 }
        spacing: 12
        Icon { color: Theme.meaning(banner.meaning); name: Theme.meaningIcon(banner.meaning) }
        ColumnLayout {
            Layout.fillWidth: true
            Layout.minimumHeight: 32
            spacing: 2
            AppText { Layout.fillWidth: true; strong: true; text: banner.title; visible: text; wrapMode: Text.Wrap }
            AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; text: banner.detail; visible: text; wrapMode: Text.Wrap }
        }
        ActionButton { text: banner.action; visible: text; onClicked: banner.acted() }
        IconButton { iconName: "close"; text: qsTr("Close"); visible: banner.closable; onClicked: banner.closed() }
    }
}
