import QtQuick
import QtQuick.Layouts
import "../../theme"
import "../../controls"

// What the codes and cards answered: in line, under the goods.
ColumnLayout {
    id: answers
    required property var vm
    spacing: 8

    component Answer: Rectangle {
        id: answer
        property string meaning: "good"
        property string iconName: ""
        property string title: ""
        property string detail: ""
        signal removed
        Layout.fillWidth: true
        Layout.leftMargin: 16
        Layout.rightMargin: 16
        color: Theme.meaningSoft(meaning)
        implicitHeight: inside.implicitHeight + 4
        radius: Theme.radius
        RowLayout {
            id: inside
            anchors { left: parent.left; leftMargin: 12; right: parent.right; verticalCenter: parent.verticalCenter }
            spacing: 10
            Icon { color: Theme.meaning(answer.meaning); name: answer.iconName; size: 20 }
            ColumnLayout {
                Layout.fillWidth: true
                spacing: 0
                AppText { Layout.fillWidth: true; color: Theme.meaning(answer.meaning); strong: true; text: answer.title; wrapMode: Text.Wrap }
                AppText { Layout.fillWidth: true; font.pixelSize: Theme.small; text: answer.detail; wrapMode: Text.Wrap }
            }
            IconButton { iconName: "close"; text: qsTr("Remove %1").arg(answer.title); onClicked: answer.removed() }
        }
    }
    Item { implicitHeight: 1; visible: answers.vm.lines.count > 0 }
    Repeater {
        model: answers.vm.codes
        Answer {
            required property var modelData
            detail: {
                fmt.locale, fmt.beat
                const from = Words.source(modelData.source, modelData.label)
                const age = modelData.checked_at ? ", " + qsTr("%1 ago").arg(fmt.ago(modelData.checked_at)) : ""
                return (modelData.valid ? "" : Words.reason(modelData.reason) + " ") + from + age
            }
            iconName: modelData.valid ? "tag-check-outline" : "tag-off-outline"
            meaning: modelData.valid ? "good" : "problem"
            title: {
                fmt.locale
                if (!modelData.valid)
                    return qsTr("%1 does not apply").arg(modelData.code)
                if (modelData.kind === "percentage")
                    return qsTr("%1: %2 off").arg(modelData.code).arg(fmt.percent(modelData.value))
                if (modelData.kind === "free_shipping")
                    return qsTr("%1: free shipping").arg(modelData.code)
                return qsTr("%1: %2 off").arg(modelData.code).arg(fmt.money(modelData.value, modelData.currency))
            }
            onRemoved: answers.vm.remove_code(modelData.code)
        }
    }
    Repeater {
        model: answers.vm.gift_cards
        Answer {
            required property var modelData
            detail: modelData.reason ? Words.reason(modelData.reason)
                : (fmt.locale, qsTr("%1 used, %2 left after this").arg(fmt.money(modelData.used, modelData.currency)).arg(fmt.money(modelData.balance - modelData.used, modelData.currency)))
            iconName: "gift-outline"
            meaning: modelData.reason ? "problem" : "good"
            title: modelData.reason ? qsTr("Card %1 cannot be used").arg(modelData.masked)
                : (fmt.locale, qsTr("Card %1: %2").arg(modelData.masked).arg(fmt.money(modelData.balance, modelData.currency)))
            onRemoved: answers.vm.remove_gift_card(modelData.id)
        }
    }
    Item { implicitHeight: 8 }
}
